-- A person's session in Neovim without a plugin, step by step; what was seen is written as JSON.
local seen, work = {}, vim.env.RIG_WORK

local function wait(what, holds)
  local value
  local ok = vim.wait(20000, function()
    value = holds()
    return value
  end, 20)
  if not ok then
    seen.failed = what
    error(what)
  end
  return value
end

local function client()
  return vim.lsp.get_clients({ name = 'openrig' })[1]
end

local function hints()
  return vim.iter(vim.lsp.inlay_hint.get({ bufnr = 0 })):map(function(each) return each.inlay_hint.label end):totable()
end

local function put_cursor(pattern)
  vim.fn.cursor(1, 1)
  return vim.fn.search(pattern, 'ce')
end

local function session()
  seen.asked = {}
  local allow
  vim.ui.select = function(items, opts, choose)
    for index, item in ipairs(items) do
      local title = type(item) == 'table' and (item.title or (item.action and item.action.title)) or item
      table.insert(seen.asked, { prompt = opts.prompt, title = title })
      if title == 'Allow' then
        allow = function() choose(item, index) end
        return
      end
    end
    choose(items[1], 1)
  end
  local messages = {}
  local show = vim.lsp.handlers['window/showMessage']
  vim.lsp.handlers['window/showMessage'] = function(err, params, ctx)
    table.insert(messages, params.message)
    return show and show(err, params, ctx)
  end

  -- Open a file with a mistake.
  vim.cmd.edit(work .. '/rig.yaml')
  wait('the server is there', function() return client() and client().initialized end)
  seen.diagnostics = wait('diagnostics', function()
    local found = vim.diagnostic.get(0)
    return #found > 0 and vim.iter(found):map(function(each) return each.code end):totable()
  end)

  -- Mend it by its quick fix.
  put_cursor('summry')
  vim.lsp.buf.code_action({ apply = true, context = { only = { 'quickfix' }, diagnostics = {} } })
  wait('the fix', function() return #vim.diagnostic.get(0) == 0 end)
  vim.cmd('silent write')

  -- Complete a value that was begun, and take what is offered.
  put_cursor('runtime: s')
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  vim.api.nvim_buf_set_text(0, row - 1, column + 1, row - 1, column + #'scripted', {})
  vim.fn.cursor(row, column + 2)
  local params = vim.lsp.util.make_position_params(0, client().offset_encoding)
  local found = vim.lsp.buf_request_sync(0, 'textDocument/completion', params, 10000)
  local items = found[client().id].result.items
  seen.completion = vim.iter(items):map(function(each) return each.label end):totable()
  local item = vim.iter(items):find(function(each) return each.label == 'scripted' end)
  vim.lsp.util.apply_text_edits({ item.textEdit }, vim.api.nvim_get_current_buf(), client().offset_encoding)
  seen.completed = vim.api.nvim_get_current_line()
  vim.cmd('silent write')

  -- Bring it up by the lens above it, and see its members' states come by themselves.
  local lens = wait('a lens', function()
    local lenses = vim.lsp.codelens.get(0)
    return #lenses > 0 and lenses[1]
  end)
  seen.lens = lens.command.title
  client():exec_cmd(lens.command, { bufnr = 0 })
  seen.up = wait('live state by push', function()
    local shown = hints()
    return vim.tbl_contains(shown, '○ idle') and shown
  end)

  -- Send two lines of another file to the agent.
  vim.cmd.edit(work .. '/app.py')
  wait('attached there', function() return #vim.lsp.get_clients({ bufnr = 0, name = 'openrig' }) == 1 end)
  vim.lsp.buf.code_action({
    apply = true,
    context = { only = { 'source.openrig' }, diagnostics = {} },
    range = { start = { 1, 0 }, ['end'] = { 2, 3 } },
  })
  wait('the message is on its way', function()
    return vim.iter(messages):any(function(each) return each:find('^To p%-a@demo') end)
  end)

  -- Answer its permission prompt.
  vim.cmd.edit(work .. '/rig.yaml')
  wait('idle again', function() return vim.tbl_contains(hints(), '○ idle') end)
  client():exec_cmd({ title = 'send', command = 'openrig.send', arguments = { { agent = 'p-a@demo', text = '[[bash=true]]' } } })
  wait('the question', function() return allow end)
  seen.waiting = wait('its state by push', function()
    local shown = hints()
    return vim.tbl_contains(shown, '◆ needs you (permission)') and shown
  end)
  allow()
  seen.after = wait('idle after the answer', function()
    local shown = hints()
    return vim.tbl_contains(shown, '○ idle') and shown
  end)
  seen.messages = messages
end

local ok, problem = pcall(session)
if not ok then seen.problem = tostring(problem) end
vim.fn.writefile({ vim.json.encode(seen) }, vim.env.RIG_SEEN)
vim.cmd('qall!')
