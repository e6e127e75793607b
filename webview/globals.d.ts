/** A file's text, embedded by the bundler. */
declare module "text:*" {
  const text: string;
  export default text;
}

/** A worker of our own, bundled and embedded. */
declare module "worker:*" {
  const text: string;
  export default text;
}
