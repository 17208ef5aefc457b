--- A subscription that outlives its connection.

local LONGEST = 5000 -- milliseconds between two tries to connect, at most

---@class openrig.Feed
---@field seq? integer The number of the last event given: pass it as `since` to go on after it.
---@field closed boolean
---@field private client openrig.Client
---@field private options openrig.Subscription
---@field private call fun(event: openrig.Event)
---@field private subscription? string
local Feed = {}
Feed.__index = Feed

local M = {}

---@param client openrig.Client
---@param options openrig.Subscription
---@param call fun(event: openrig.Event)
---@return openrig.Feed
function M.new(client, options, call)
  local self = setmetatable({ client = client, options = options, call = call, closed = false }, Feed)
  self.seq = options.since
  self:subscribe(50)
  return self
end

--- Listens no more.
function Feed:close()
  self.closed = true
  if self.subscription then
    self.client.feeds[self.subscription] = nil
    self.client.event.unsubscribe({ subscription = self.subscription }, function() end)
  end
end

---@private
---@param delay integer milliseconds until the next try
function Feed:subscribe(delay)
  local wanted = { since = self.seq, kinds = self.options.kinds, rig = self.options.rig }
  self.client.event.subscribe(wanted, function(err, begun)
    if self.closed then return end
    if begun then
      -- The reply was just read, and what comes after it was not: nothing is missed.
      self.subscription, self.seq = begun.subscription, begun.seq
      self.client.feeds[begun.subscription] = self
    elseif err and err.code == -32099 and self.seq then
      vim.defer_fn(function()
        if not self.closed then self:subscribe(math.min(delay * 2, LONGEST)) end
      end, delay)
    elseif self.options.failed then
      self.options.failed(err)
    end
  end)
end

--- The connection has an event for this subscription.
---@param event openrig.Event
function Feed:heard(event)
  if self.closed then return end
  self.seq = event.seq
  self.call(event)
end

--- The connection is gone, and the subscription with it.
function Feed:lost()
  self.subscription = nil
  if not self.closed then self:subscribe(50) end
end

return M
