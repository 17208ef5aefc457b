-- Print the text of each message that is accepted, for as long as it runs.
local rig = require('openrig').client()
local function say(line)
  io.write(line, '\n')
  io.flush()
end
local feed = rig:events({ kinds = { 'message.accepted' } }, function(event) say(event.data.text) end)
assert(vim.wait(20000, function() return feed.seq ~= nil end, 5))
say('listening')
vim.wait(2147483647, function() return false end)
