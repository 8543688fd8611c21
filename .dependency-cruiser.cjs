/** The import rules of docs/architecture.md. A folder's row says what it may import; everything else is refused. */

const own = (name) => `^packages/${name}/src/`;
const mayImport = (from, allowed, options = {}) => ({
  name: `${from
    .replace(/[^a-z-]/g, " ")
    .trim()
    .replaceAll(" ", "-")}-imports`,
  severity: "error",
  from: { path: from, pathNot: "\\.test\\.tsx?$" },
  to: { path: "^(packages|apps)/", pathNot: [...allowed, "node_modules/"], ...options },
});
const features = ["space", "doors", "ladder", "shield", "audience", "hls", "player", "replay", "rehearsal"];

module.exports = {
  forbidden: [
    mayImport("^packages/core/src/shared/", ["^packages/core/src/shared/"]),
    ...features.map((feature) => mayImport(`^packages/core/src/${feature}/`, ["^packages/core/src/shared/", `^packages/core/src/${feature}/`])),
    {
      name: "core-is-pure",
      severity: "error",
      from: { path: own("core"), pathNot: "\\.test\\.tsx?$" },
      to: { dependencyTypes: ["npm", "npm-dev", "core"] },
    },
    mayImport(own("media"), ["^packages/core/src/shared/", own("media")]),
    {
      name: "media-is-pure",
      severity: "error",
      from: { path: own("media"), pathNot: "\\.test\\.tsx?$" },
      to: { dependencyTypes: ["npm", "npm-dev", "core"] },
    },
    mayImport(own("wire"), [own("core"), own("wire")]),
    mayImport(own("log"), [own("core"), own("wire"), own("log")]),
    mayImport(own("stage"), [own("core"), own("wire"), own("stage")]),
    mayImport(own("mixer"), [own("core"), own("wire"), own("media"), own("mixer")]),
    mayImport(own("house"), [own("core"), own("wire"), own("log"), own("house")]),
    mayImport(own("edge"), [own("core"), own("wire"), own("log"), own("edge")]),
    mayImport(own("player"), [own("core"), own("wire"), own("player")]),
    mayImport("^apps/web/src/", [own("core"), own("wire"), own("player"), "^apps/web/src/"]),
    {
      name: "browser-code-has-no-node",
      severity: "error",
      from: { path: ["^packages/player/src/", "^apps/web/src/"], pathNot: "\\.test\\.tsx?$" },
      to: { dependencyTypes: ["core"] },
    },
    mayImport("^apps/odeon/src/", ["^packages/", "^apps/odeon/src/"]),
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    {
      name: "webrtc-in-one-folder",
      severity: "error",
      from: { path: "^(packages|apps)/", pathNot: "^packages/stage/src/" },
      to: { path: "node_modules/(node-datachannel|werift)/" },
    },
    {
      name: "codecs-in-one-folder",
      severity: "error",
      from: { path: "^(packages|apps)/", pathNot: "^packages/mixer/src/codecs/" },
      to: { path: "node_modules/(node-av|@evan/opus)/" },
    },
    {
      name: "fastify-in-one-folder",
      severity: "error",
      from: { path: "^(packages|apps)/", pathNot: "^packages/house/src/" },
      to: { path: "node_modules/(fastify|@fastify)/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(dist|e2e)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "default"], extensions: [".ts", ".tsx", ".js", ".mjs"] },
  },
};
