/** What the bundler makes of `*.module.css`: local class names to those of the page. */
declare module '*.module.css' {
  const names: Readonly<Record<string, string>>;
  export default names;
}
declare module '*.css';
