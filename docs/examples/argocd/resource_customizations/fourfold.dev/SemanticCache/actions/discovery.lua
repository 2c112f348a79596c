-- Which buttons Argo CD shows for a SemanticCache.
local annotations = obj.metadata.annotations or {}
local paused = annotations["fourfold.dev/paused"] == "true"
local external = obj.spec ~= nil and obj.spec.redis ~= nil and obj.spec.redis.external ~= nil

local actions = {}
actions["pause"] = { ["disabled"] = paused, ["iconClass"] = "fa fa-fw fa-pause" }
actions["resume"] = { ["disabled"] = not paused, ["iconClass"] = "fa fa-fw fa-play" }
-- A paused cache is left as it is; a Redis of others is theirs.
actions["restart"] = { ["disabled"] = paused or external, ["iconClass"] = "fa fa-fw fa-redo" }
actions["purge"] = { ["disabled"] = paused or external, ["iconClass"] = "fa fa-fw fa-trash" }
return actions
