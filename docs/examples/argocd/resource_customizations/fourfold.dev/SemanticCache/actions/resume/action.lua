-- The operator goes on where it was paused. The annotation stays: Argo CD keeps the old annotations where none are left.
if obj.metadata.annotations == nil then
  obj.metadata.annotations = {}
end
obj.metadata.annotations["fourfold.dev/paused"] = "false"
return obj
