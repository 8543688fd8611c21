/** Every exported declaration of the product carries a docstring. Prints those that do not. */

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import ts from "typescript";

const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "packages", "apps"], { encoding: "utf8" })
  .split("\n")
  .filter((file) => /\/src\/.*\.tsx?$/.test(file) && !/\.(test|contract)\.tsx?$/.test(file));

const bare = files.flatMap((file) => {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  return source.statements
    .filter((statement) => isExported(statement) && ts.getJSDocCommentsAndTags(statement).length === 0)
    .map((statement) => place(source, statement, file));
});
if (bare.length > 0) {
  process.stderr.write(`exported without a docstring:\n${bare.join("\n")}\n`);
  process.exit(1);
}

function isExported(statement) {
  if (ts.isExportDeclaration(statement) || ts.isExportAssignment(statement)) return false;
  return ts.canHaveModifiers(statement) && (ts.getModifiers(statement) ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword);
}

function place(source, statement, file) {
  return `${file}:${source.getLineAndCharacterOfPosition(statement.getStart()).line + 1}`;
}
