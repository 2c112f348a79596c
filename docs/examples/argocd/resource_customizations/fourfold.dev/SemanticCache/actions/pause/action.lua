-- The operator leaves everything of this cache as it is; applications go on.
if obj.metadata.annotations == nil then
  obj.metadata.annotations = {}
end
obj.metadata.annotations["fourfold.dev/paused"] = "true"
return obj
