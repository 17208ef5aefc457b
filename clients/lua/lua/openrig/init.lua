--- A typed client of the OpenRig RPC daemon over Neovim's own `vim.lsp.rpc`; nothing else is needed.
---
---     local rig = require('openrig').client()
---     rig.agent.list({}, function(err, result) ... end)   -- goes on at once
---     local agents = rig.agent.list().agents              -- waits
local calls = require('openrig.calls')
local where = require('openrig.where')

local M = {}

---@class openrig.Error: lsp.ResponseError
---@field code integer
---@field message string
---@field data? { kind: openrig.ErrorKind, what: string, why: string, fix: string }

---@class openrig.Options
---@field where? string|string[] `unix:/path`, `tcp://host:port`, or a command; else the daemon that runs.
---@field token? string Who connects; without it, on TCP, the operator's of this home's daemon.
---@field home? string The daemon's state folder, where it isn't the usual one.
---@field name? string
---@field timeout? integer Milliseconds that a call without a callback waits; a minute.

---@class openrig.Subscription: openrig.EventSubscribe
---@field failed? fun(err: openrig.Error) It can't go on: `since-too-old`, say.

---@class openrig.Client: openrig.Calls
---@field private options openrig.Options
---@field private wire? vim.lsp.rpc.PublicClient
---@field private ready boolean
---@field private generation integer
---@field private queue fun(err?: openrig.Error)[]
---@field private pending table<fun(err?: openrig.Error, result?: any), true>
---@field private feeds table<string, openrig.Feed>
---@field private listeners table<string, fun(params: any)[]>
local Client = {}
Client.__index = Client

local PATIENCE = 10000 -- milliseconds until a connection must have said who it is


---@param message string
---@return openrig.Error
--- The connection ended before the answer: what was asked may have happened.
local function lost(message)
  return { code = -32099, message = message }
end

--- A client; it connects at its first call, and again after a break.
---@param options? openrig.Options
---@return openrig.Client
function M.client(options)
  local self = setmetatable({
    options = options or {},
    ready = false,
    generation = 0,
    queue = {},
    pending = {},
    feeds = {},
    listeners = {},
  }, Client)
  for noun, verbs in pairs(calls) do
    local bound = {}
    for verb, method in pairs(verbs) do
      bound[verb] = function(params, callback) return self:ask(method, params, callback) end
    end
    self[noun] = bound
  end
  return self
end

--- Any method by its name. With a callback: returns what ends the waiting. Without: waits, and raises the error.
---@param method string
---@param params? table
---@param callback? fun(err?: openrig.Error, result?: any)
---@return any
function Client:ask(method, params, callback)
  if callback then return self:_send(method, params, callback) end
  local done, failure, answer = false, nil, nil
  local cancel = self:_send(method, params, function(err, result)
    done, failure, answer = true, err, result
  end)
  if not vim.wait(self.options.timeout or 60000, function() return done end, 5) then
    cancel()
    error(lost(method .. ' was not answered in time'))
  end
  if failure then error(failure, 2) end
  return answer
end

--- Calls `heard` for each event, once and in order: after `since`, else from now on. It outlives broken connections.
---@param options openrig.Subscription
---@param heard fun(event: openrig.Event)
---@return openrig.Feed
function Client:events(options, heard)
  return require('openrig.feed').new(self, options, heard)
end

--- Calls `listener` for each such notification: `agent/output`, `$/progress`. Returns what ends that.
---@param method string
---@param listener fun(params: any)
---@return fun()
function Client:on(method, listener)
  local found = self.listeners[method] or {}
  self.listeners[method] = found
  table.insert(found, listener)
  return function()
    self.listeners[method] = vim.tbl_filter(function(each) return each ~= listener end, self.listeners[method])
  end
end

--- Cuts the connection, as a broken network would; the next call connects again.
function Client:drop()
  self:_lost(self.generation, 'the connection was closed')
end

--- Hangs up, and listens no more.
function Client:close()
  for _, feed in pairs(self.feeds) do
    feed.closed = true
  end
  self.feeds = {}
  self:drop()
end

---@private
function Client:_send(method, params, callback)
  local request, over = nil, false
  local function finish(err, result)
    if over then return end
    over = true
    self.pending[finish] = nil
    callback(err, result)
  end
  self.pending[finish] = true
  self:_connected(function(err)
    if err or over then return finish(err) end
    local given = (params == nil or next(params) == nil) and vim.empty_dict() or params
    local sent, id = self.wire.request(method, given, finish)
    if not sent then return finish(lost('the connection is closed')) end
    request = id
  end)
  return function()
    if over then return end
    if request and self.wire then self.wire.notify('$/cancelRequest', { id = request }) end
    -- Neovim keeps the answer to a cancelled request to itself.
    finish({ code = -32800, message = 'cancelled', data = { kind = 'cancelled' } })
  end
end

--- Calls back when there is a connection that has said who it is.
---@private
---@param callback fun(err?: openrig.Error)
function Client:_connected(callback)
  if self.ready then return callback() end
  table.insert(self.queue, callback)
  if #self.queue == 1 then self:_open() end
end

---@private
function Client:_open()
  self.generation = self.generation + 1
  local generation = self.generation
  local dispatchers = {
    notification = function(method, params) self:_heard(method, params) end,
    server_request = function() return nil, vim.lsp.rpc.rpc_response_error(-32601) end,
    on_exit = function()
      vim.schedule(function() self:_lost(generation, 'the daemon closed the connection') end)
    end,
    on_error = function(code, why)
      -- A connection that was reset is an error to Neovim, and no end.
      local read_error = vim.lsp.rpc.client_errors.READ_ERROR
      if code == read_error then self:_lost(generation, 'the connection broke: ' .. tostring(why)) end
    end,
  }
  vim.defer_fn(function()
    if not self.ready then self:_lost(generation, 'the daemon does not answer') end
  end, PATIENCE)
  where.start(self.options, dispatchers, function(rpc, problem)
    if not rpc then return self:_lost(generation, problem) end
    self.wire = rpc
    local ours = { client = { name = self.options.name or 'openrig-client' }, token = where.token(self.options) }
    rpc.request('initialize', {
      processId = vim.uv.os_getpid(),
      rootUri = vim.NIL,
      capabilities = vim.empty_dict(),
      initializationOptions = { openrig = ours },
    }, function(err)
      if generation ~= self.generation then return end
      if not err then
        rpc.notify('initialized', vim.empty_dict())
        self.ready = true
      end
      local waiting = self.queue
      self.queue = {}
      for _, each in ipairs(waiting) do
        each(err)
      end
      if err then self:drop() end
    end)
  end)
end

---@private
function Client:_heard(method, params)
  if method == 'event/published' then
    local feed = self.feeds[params.subscription]
    if feed then feed:heard(params) end
  end
  for _, listener in ipairs(self.listeners[method] or {}) do
    listener(params)
  end
end

---@private
function Client:_lost(generation, why)
  if generation ~= self.generation then return end
  self.generation = self.generation + 1
  if self.wire and not self.wire.is_closing() then self.wire.terminate() end
  self.wire, self.ready, self.queue = nil, false, {}
  local pending, feeds = self.pending, self.feeds
  self.pending, self.feeds = {}, {}
  for finish in pairs(pending) do
    finish(lost(why or 'the connection is closed'))
  end
  for _, feed in pairs(feeds) do
    feed:lost()
  end
end

return M
