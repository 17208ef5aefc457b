-- Hold the conversation of a file, and print what was said: `nvim -l converse.lua FILE KEY [WHERE…]`.
local file, key = arg[1], arg[2]
local where = arg[4] and { unpack(arg, 3) } or arg[3]
local rig = require('openrig').client({ where = where })
local kept, said, heard, taken, feed = { key = key }, {}, {}, 0, nil

local function fill(value)
  if type(value) == 'table' then return vim.tbl_map(fill, value) end
  if type(value) ~= 'string' or value:sub(1, 1) ~= '$' then return value end
  local found = kept
  for part in value:sub(2):gmatch('[^.]+') do
    local index = tonumber(part)
    found = found[index and index + 1 or part]
  end
  return found
end

local function call(step, params, callback)
  local noun, verb = step.method:match('^(%w+)/(%w+)$')
  return rig[noun][verb](params, callback)
end

local function keep(step, result)
  kept[step.as or ''] = result
  table.insert(said, { method = step.method, result = result })
end

local steps = {
  call = function(step, params) keep(step, call(step, params)) end,
  ask = function(step, params) keep(step, rig:ask(step.method, params)) end,
  listen = function(step)
    local options = { since = fill(step.since), kinds = step.kinds, rig = step.rig }
    feed = rig:events(options, function(event) table.insert(heard, event) end)
  end,
  events = function(step)
    local last = taken + step.count
    assert(vim.wait(20000, function() return #heard >= last end, 5), 'no event')
    table.insert(said, vim.list_slice(heard, taken + 1, last))
    taken = last
  end,
  drop = function() rig:drop() end,
  cancel = function(step, params)
    local failure
    local cancel = call(step, params, function(err) failure = err end)
    vim.schedule(cancel)
    assert(vim.wait(20000, function() return failure ~= nil end, 5), 'not cancelled')
    assert(failure.code == -32800, vim.inspect(failure))
    table.insert(said, { cancelled = step.method })
  end,
}

for _, step in ipairs(vim.json.decode(io.open(file):read('*a')).steps) do
  local ok, err = pcall(steps[step['do']], step, fill(step.params or {}))
  if not ok then
    if type(err) ~= 'table' or not err.data then error(err) end
    table.insert(said, { method = step.method, error = { err.code, err.data.kind, err.data.what, err.data.fix } })
  end
end
feed:close()
rig:close()
io.write(vim.json.encode(said), '\n')
