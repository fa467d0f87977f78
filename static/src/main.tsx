import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import "./i18n/index.ts";
import "./page.css";

const root = document.getElementById("root");
if (root) createRoot(root).render(<App />);
