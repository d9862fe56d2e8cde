import { createContext, Script } from 'node:vm';

/** What a script of nexrender has done to the project. */
export type Did = {
  /** Calls of a job's code or of the system. This list must stay empty. */
  hostile: string[];
  /** The imported files, with their paths as the system reads them, and how they were imported. */
  imported: { path: string; sequence: boolean }[];
  set: { path: string[]; how: 'value' | 'expression'; to: unknown }[];
};

/** A project that has one composition with one layer. The layer has a property of any path. */
export type Project = {
  composition: string;
  layer: string;
  /** The number of parts in the path of a property. */
  depth: number;
  /** The name of the parameter that the script of a job reads. */
  key: string;
};

/**
 * The part of After Effects' object model that nexrender's script uses, in ES5. `File` decodes %20
 * as ExtendScript does. No string becomes code here: eval and Function throw.
 */
const WORLD = new Script(`
  var did = { hostile: [], imported: [], set: [] };
  function forbid(name) { return function () { did.hostile.push(name); return ''; }; }
  var canary = forbid('canary');
  var system = { callSystem: forbid('system.callSystem') };
  var $ = { evalFile: forbid('$.evalFile'), global: this };
  var alert = forbid('alert'), confirm = forbid('confirm'), Socket = forbid('Socket');
  var gAECommandLineRenderer = null;
  function CompItem() {} function FolderItem() {} function FootageItem() {}
  function AVLayer() {} function ShapeLayer() {} function TextLayer() {}
  function CameraLayer() {} function LightLayer() {} function PropertyGroup() {}
  function Property(path) { this.path = path; this.value = 0; this.canSetExpression = true; }
  Property.prototype.setValue = function (value) {
    did.set.push({ path: this.path, how: 'value', to: value });
  };
  Object.defineProperty(Property.prototype, 'expression', {
    set: function (text) { did.set.push({ path: this.path, how: 'expression', to: text }); },
  });
  function File(path) {
    this.fsName = String(path).replace(/%([0-9A-Fa-f]{2})/g, function (_, hex) {
      return String.fromCharCode(parseInt(hex, 16));
    });
    this.exists = true;
  }
  File.prototype.execute = forbid('File.execute');
  File.prototype.open = forbid('File.open');
  var Folder = forbid('Folder');
  function ImportOptions(file) { this.file = file; this.sequence = false; }
  function group(path, depth) {
    var made = depth === 0 ? new Property(path) : new PropertyGroup();
    if (depth > 0) made.property = function (key) { return group(path.concat([key]), depth - 1); };
    return made;
  }
  var comp = new CompItem(), layer = new AVLayer();
  comp.name = project.composition; comp.numLayers = 1; comp.usedIn = [];
  comp.layer = function (index) {
    return index === 1 ? layer : null;
  };
  layer.name = project.layer;
  layer.property = function (key) { return group([key], project.depth - 1); };
  layer.replaceSource = function () {};
  var app = {
    project: {
      items: { length: 1, 1: comp },
      importFile: function (options) {
        did.imported.push({ path: options.file.fsName, sequence: options.sequence });
        return new FootageItem();
      },
    },
    executeCommand: forbid('app.executeCommand'), scheduleTask: forbid('app.scheduleTask'),
  };
`);

/** Runs a script that nexrender wrote, in a new world. */
export function runInAfterEffects(script: string, project: Partial<Project>): Did {
  const whole: Project = { composition: 'main', layer: 'layer', depth: 1, key: '', ...project };
  const world: { did?: Did } = createContext(
    { project: whole },
    { codeGeneration: { strings: false, wasm: false } },
  );
  WORLD.runInContext(world);
  new Script(script).runInContext(world, { timeout: 10_000 });
  const { did } = world;
  if (did === undefined) throw new Error('the world has no record');
  return structuredClone(did);
}
