-- Arguments: method, path prefix, number of URLs, body bytes, file with the field lines.
local requests, turn = {}, 0

function init(args)
  local file = assert(io.open(args[5], "rb"))
  local fields = file:read("*a")
  file:close()
  local body = string.rep("x", tonumber(args[4]))
  if #body > 0 then
    fields = "Content-Length: " .. #body .. "\r\n" .. fields
  end
  for n = 1, tonumber(args[3]) do
    requests[n] = string.format("%s %s%05d HTTP/1.1\r\n", args[1], args[2], n - 1) .. fields .. body
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("\nRESULT %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status))
end
