declare module '*.css' {}
declare module '*.svg' {
  const address: string;
  export default address;
}
declare module '*?url' {
  const address: string;
  export default address;
}
interface ImportMeta {
  /** As Vite resolves it when the pages are built: the addresses of files by their paths. */
  glob(patterns: readonly string[], options: { query: '?url'; import: 'default'; eager: true }): Record<string, string>;
}
