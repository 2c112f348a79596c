-- Pods of Redis are replaced one at a time, the primary last and after it has handed over.
if obj.metadata.annotations == nil then
  obj.metadata.annotations = {}
end
obj.metadata.annotations["fourfold.dev/restart"] = os.date("!%Y-%m-%dT%XZ")
return obj
