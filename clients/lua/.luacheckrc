std = "luajit"
globals = { "vim" }
max_line_length = 120
files["lua/openrig/types.lua"] = { ignore = { "212", "241" }, max_line_length = false }
