/** What forms offer: node schemas, prompts, extensions, boxes. Loaded once and again after uploads. */
import { create } from "zustand";
import { systemApi } from "../api/resources.ts";
import type { Resources } from "../api/types.ts";
import type { NodeSchemas, PropertySchema } from "../model/schema.ts";

interface Catalog {
  readonly schemas: NodeSchemas;
  /** The schema of the flow document itself: its settings form comes from it. */
  readonly flowSchema: PropertySchema | null;
  readonly resources: Resources;
  readonly uploadLimit: number | null;
  readonly loadSchemas: () => Promise<void>;
  readonly loadResources: () => Promise<void>;
  /** The limit in bytes, asked for where it is not known yet; null where nobody says. */
  readonly knowUploadLimit: () => Promise<number | null>;
}

const NOTHING: Resources = { prompts: [], extensions: [], numbers: [], trunks: [], boxes: [], groups: [], variables_help: [] };

export const useCatalog = create<Catalog>()((set, get) => ({
  schemas: {},
  flowSchema: null,
  resources: NOTHING,
  uploadLimit: null,
  loadSchemas: async () => {
    if (Object.keys(get().schemas).length > 0) return;
    const { nodes, flow } = await systemApi.schemas();
    set({ schemas: nodes, flowSchema: flow });
  },
  loadResources: async () => {
    const resources = await systemApi.resources();
    set({ resources });
    await get().knowUploadLimit();
  },
  knowUploadLimit: async () => {
    if (get().uploadLimit === null) {
      const status = await systemApi.status().catch(() => null);
      set({ uploadLimit: status?.limits.upload_bytes ?? null });
    }
    return get().uploadLimit;
  },
}));
