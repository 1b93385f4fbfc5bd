import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { arrows, environmentReaders, forTests, type Allowed } from './arrows.ts';
import { readSource, type Habit, type Reference } from './source-file.ts';
import { isTestFile, packageOf, readWorkspace, scope, type Member } from './workspace.ts';

/** Every place below `root` that breaks a rule, as `file:line what is wrong`, in the order of the files. */
export function findViolations(root: string): string[] {
  const members = readWorkspace(root);
  return members.flatMap((member) => {
    const allowed = arrows[member.folder];
    if (!allowed) return [`${member.folder} is not in the drawing: add it to tooling/boundaries/src/arrows.ts`];
    return [...manifestViolations(member, allowed), ...member.files.flatMap((file) => fileViolations(root, file, member, allowed, members))];
  });
}

function manifestViolations({ folder, manifest }: Member, allowed: Allowed): string[] {
  const named = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.peerDependencies });
  return named.filter((name) => !isAllowed(name, allowed)).map((name) => `${folder}/package.json may not depend on ${name}`);
}

function fileViolations(root: string, file: string, member: Member, allowed: Allowed, members: readonly Member[]): string[] {
  const { references, habits } = readSource(file, readFileSync(path.join(root, file), 'utf8'));
  const context = { file, member, allowed, members, test: isTestFile(file) };
  const found = [
    ...references.map((reference) => ({ line: reference.line, problem: referenceProblem(reference, context) })),
    ...habits.map((habit) => ({ line: habit.line, problem: habitProblem(habit, context) })),
  ];
  return found.filter(({ problem }) => problem !== null).map(({ line, problem }) => `${file}:${line} ${problem}`);
}

interface Context {
  readonly file: string;
  readonly member: Member;
  readonly allowed: Allowed;
  readonly members: readonly Member[];
  readonly test: boolean;
}

function referenceProblem(reference: Reference, context: Context): string | null {
  const { specifier, reExport } = reference;
  const { file, member, test } = context;
  if (reExport && !test && !isEntry(file, member)) return `only index.ts re-exports, not "${specifier}" here`;
  if (specifier.startsWith('.') || specifier.startsWith('/')) return relativeProblem(specifier, context);
  if (specifier.startsWith('#') || specifier.startsWith('data:')) return null;
  if (isBuiltin(specifier)) {
    if (!specifier.startsWith('node:')) return `"${specifier}" is written "node:${specifier}"`;
    return member.folder === 'packages/core' && !test ? `core touches nothing: no ${specifier}` : null;
  }
  return specifier.startsWith(scope) ? workspaceProblem(reference, context) : npmProblem(reference, context);
}

/** `index.ts`, or what another line of the exports map leads to. */
function isEntry(file: string, { folder, manifest }: Member): boolean {
  const own = `./${path.posix.relative(folder, file)}`;
  return path.basename(file) === 'index.ts' || JSON.stringify(manifest.exports ?? {}).includes(JSON.stringify(own));
}

function relativeProblem(specifier: string, { file, member, test }: Context): string | null {
  const target = path.posix.join(path.posix.dirname(file), specifier);
  if (!target.startsWith(`${member.folder}/`)) return `"${specifier}" leaves the package: import what the other one exports`;
  return !test && isTestFile(target) ? `"${specifier}" is a test` : null;
}

function workspaceProblem({ specifier }: Reference, { member, allowed, members, test }: Context): string | null {
  const name = packageOf(specifier);
  if (name === member.manifest.name && !test) return `a package imports its own files by path, not as "${specifier}"`;
  const mayImport = name === member.manifest.name || isAllowed(name, allowed) || (test && isAllowed(name, forTests));
  if (!mayImport) return `${member.folder} may not import ${name}`;
  const target = members.find((each) => each.manifest.name === name);
  const entry = `.${specifier.slice(name.length)}`;
  if (target && !(entry in (target.manifest.exports ?? {}))) return `"${specifier}" reaches past the exports of ${name}`;
  return test || isDeclared(name, member, false) ? null : `${name} is not in the dependencies of ${member.folder}`;
}

function npmProblem({ specifier, typeOnly }: Reference, { member, allowed, test }: Context): string | null {
  const name = packageOf(specifier);
  if (test && isAllowed(name, forTests)) return null;
  if (isAllowed(name, { ...allowed, npm: allowed.bundled ?? [] })) return isDeclared(name, member, true) ? null : `${name} is not in the devDependencies of ${member.folder}`;
  if (isAllowed(name, allowed) || (typeOnly && allowed.types?.includes(name))) return isDeclared(name, member, typeOnly || test) ? null : `${name} is not in the dependencies of ${member.folder}`;
  return test && isDeclared(name, member, true) ? null : `${member.folder} may not import ${name}`;
}

function isAllowed(name: string, allowed: Allowed): boolean {
  if (name.startsWith(scope)) return allowed.workspace.includes(name.slice(scope.length));
  return allowed.npm.some((each) => each === name || (each.endsWith('/*') && name.startsWith(each.slice(0, -1))));
}

/** @param development true where a devDependency is enough, or the package that carries its types */
function isDeclared(name: string, { manifest }: Member, development: boolean): boolean {
  const published = { ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.peerDependencies };
  if (name in published) return true;
  return development && (name in (manifest.devDependencies ?? {}) || `@types/${name}` in (manifest.devDependencies ?? {}));
}

function habitProblem({ kind, text }: Habit, { file, member, test }: Context): string | null {
  const inPackage = member.folder.startsWith('packages/');
  switch (kind) {
    case 'skipped test':
      return test ? `${text}: a test is never skipped` : null;
    case 'export star':
      return 'export * hides what is public: name each export';
    case 'default export':
      return 'no default export: names are the same everywhere';
    case 'console':
      return inPackage && !test ? `${text}: packages do not print` : null;
    case 'environment':
      return inPackage && !test && !environmentReaders.has(file) ? `${text}: only mirror/src/load-config.ts reads the environment` : null;
    case 'outside world':
      return member.folder === 'packages/core' && !test ? `${text}: core takes the clock and everything else as an argument` : null;
  }
}
