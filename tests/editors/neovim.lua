vim.lsp.config('openrig', {
  cmd = { 'openrig-rpc', 'stdio' },
  init_options = { openrig = { attention = true } },
})
vim.lsp.enable('openrig')
vim.lsp.inlay_hint.enable(true)
vim.api.nvim_create_autocmd({ 'LspAttach', 'BufWritePost' }, {
  callback = function(event) vim.lsp.codelens.refresh({ bufnr = event.buf }) end,
})
