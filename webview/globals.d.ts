/** A file's text, embedded by the bundler. */
declare module "text:*" {
  const text: string;
  export default text;
}
