import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { onPath } from '../../support/kubernetes/programs.ts';
import { part } from '../../support/require.ts';

/** Lua 5.1, which is the language of Argo CD's interpreter. */
const interpreter = onPath('lua5.1');

export const luaIsHere = (): boolean =>
  part('lua', interpreter !== undefined, 'lua5.1 not found: apt-get install lua5.1');

/** Runs a script on an object as Argo CD does, and gives what it returns; the clock stands still. */
export async function runLua(script: string, obj: unknown): Promise<unknown> {
  const program = `
    os.date = function() return "0001-01-01T00:00:00Z" end
    local function encode(value)
      if type(value) == "table" then
        local parts = {}
        if #value > 0 then
          for _, each in ipairs(value) do parts[#parts + 1] = encode(each) end
          return "[" .. table.concat(parts, ",") .. "]"
        end
        for name, each in pairs(value) do parts[#parts + 1] = encode(name) .. ":" .. encode(each) end
        return "{" .. table.concat(parts, ",") .. "}"
      end
      if type(value) == "string" then
        return '"' .. value:gsub('[%c"\\\\]', function(c) return string.format("\\\\u%04x", c:byte()) end) .. '"'
      end
      return tostring(value)
    end
    local obj = ${literal(obj)}
    local function run()
      ${script}
    end
    io.write(encode(run()))`;
  const { stdout } = await promisify(execFile)(interpreter as string, ['-e', program], { timeout: 10_000 });
  return JSON.parse(stdout);
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'nil';
  if (Array.isArray(value)) return `{${value.map(literal).join(', ')}}`;
  if (typeof value === 'object') {
    const members = Object.entries(value).map(([name, each]) => `[${literal(name)}] = ${literal(each)}`);
    return `{${members.join(', ')}}`;
  }
  if (typeof value === 'string') return `"${value.replace(/["\\\n]/g, '\\$&')}"`;
  return String(value);
}
