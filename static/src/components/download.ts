/** Hand a text to the browser as a file. */
export function downloadText(name: string, text: string, type = "application/json"): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/** A file's name made of a flow's name: no characters that file systems refuse. */
export function fileName(name: string, ending: string): string {
  return `${name.replace(/[\\/:*?"<>|]+/g, "_").trim() || "flow"}.${ending}`;
}
