--- Where the daemon is, and how to reach it; nothing is computed that the daemon can say.
local M = {}

---@param path string
---@return string?
local function read(path)
  local file = io.open(path, 'rb')
  if not file then return nil end
  local text = file:read('*a')
  file:close()
  return text
end

---@param options openrig.Options
---@return string
function M.home(options)
  local named = options.home or vim.env.OPENRIG_RPC_HOME
  if named and named ~= '' then return vim.fs.normalize(named) end
  if vim.fn.has('mac') == 1 then return vim.fs.normalize('~/Library/Application Support/openrig-rpc') end
  local base = vim.env.XDG_STATE_HOME
  return vim.fs.normalize((base and base ~= '') and base or '~/.local/state') .. '/openrig-rpc'
end

---@param home string
---@return table<string, string>
local function endpoints(home)
  local ok, said = pcall(vim.json.decode, read(home .. '/daemon.json') or '')
  return ok and type(said) == 'table' and said.endpoints or {}
end

--- Who connects: what is given, an agent's own token where this runs in its pane, on TCP else the operator's. It is
--- shown to nobody but the daemon whose it is: over TCP only where `daemon.json` names the address.
---@param options openrig.Options
---@return string?
function M.token(options)
  if options.token then return options.token end
  local tcp = type(options.where) == 'string' and vim.startswith(options.where, 'tcp:')
  if tcp and options.where ~= endpoints(M.home(options)).tcp then return nil end
  local own = vim.env.OPENRIG_RPC_TOKEN_FILE
  local found = own and read(own) or tcp and read(M.home(options) .. '/tokens/operator')
  return found and vim.trim(found) or nil
end

--- Connects; calls back with Neovim's RPC client, or with why there is none.
---@param options openrig.Options
---@param dispatchers table
---@param callback fun(rpc?: vim.lsp.rpc.PublicClient, problem?: string)
function M.start(options, dispatchers, callback)
  local wanted = options.where
  if type(wanted) == 'table' then
    local ok, rpc = pcall(vim.lsp.rpc.start, wanted, dispatchers)
    return callback(ok and rpc or nil, not ok and tostring(rpc) or nil)
  end
  local host, port = (wanted or ''):match('^tcp://%[?([^%]]+)%]?:(%d+)$')
  if host then return callback(vim.lsp.rpc.connect(host, tonumber(port))(dispatchers)) end
  local path = wanted and wanted:match('^unix:(.+)$')
  if not wanted then
    path = endpoints(M.home(options)).unix
    if not path then
      local why = 'no daemon runs for ' .. M.home(options) .. '; start it: openrig-rpc daemon, or any rig command'
      return vim.schedule(function() callback(nil, why) end)
    end
  end
  if not path then error(wanted .. ' is neither unix:/path nor tcp://host:port') end
  -- Neovim tells nobody when a socket can't be reached, so it is tried first.
  local pipe = assert(vim.uv.new_pipe(false))
  pipe:connect(path, function(err)
    pipe:close()
    vim.schedule(function()
      if err then return callback(nil, 'nobody answers at ' .. path .. ': ' .. err) end
      callback(vim.lsp.rpc.connect(path)(dispatchers))
    end)
  end)
end

return M
