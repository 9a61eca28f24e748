// Runs under any Node, so that a missing one is one clear line and not a syntax error.
const wanted = 24;
if (Number(process.versions.node.split('.')[0]) < wanted) {
  console.error(
    `Node ${wanted} or newer is needed, this is ${process.version}. "npm install" brings it on Linux and Windows; elsewhere install it from your package manager.`,
  );
  process.exit(1);
}
