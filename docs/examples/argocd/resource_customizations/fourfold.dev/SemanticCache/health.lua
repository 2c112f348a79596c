-- What Argo CD shows for a SemanticCache. Ready alone would do for a wait; this also says "Suspended" of a paused one.
local hs = { status = "Progressing", message = "Waiting for the operator" }

if obj.metadata.deletionTimestamp ~= nil then
  hs.message = "Being removed"
  return hs
end
-- A status that does not know the last change says nothing about it.
if obj.status == nil or obj.status.conditions == nil then
  return hs
end
if obj.status.observedGeneration ~= obj.metadata.generation then
  hs.message = "Waiting for the operator to see the last change"
  return hs
end

local conditions = {}
for _, condition in ipairs(obj.status.conditions) do
  conditions[condition.type] = condition
end

local stalled = conditions["Stalled"]
if stalled ~= nil and stalled.status == "True" then
  hs.status = stalled.reason == "Paused" and "Suspended" or "Degraded"
  hs.message = stalled.reason .. ": " .. stalled.message
  return hs
end
local reconciling = conditions["Reconciling"]
if reconciling ~= nil and reconciling.status == "True" then
  hs.message = reconciling.reason .. ": " .. reconciling.message
  return hs
end
local ready = conditions["Ready"]
if ready == nil then
  return hs
end
if ready.status == "True" then
  hs.status = "Healthy"
  hs.message = ready.message
  return hs
end
-- Nothing is under way and the cache does not answer.
local redis = conditions["RedisReady"]
hs.status = "Degraded"
if redis ~= nil and (redis.reason == "Starting" or redis.reason == "Loading") then
  hs.status = "Progressing"
end
hs.message = ready.reason .. ": " .. ready.message
return hs
