-- Every answer of the cache is removed, in every sidecar.
if obj.metadata.annotations == nil then
  obj.metadata.annotations = {}
end
obj.metadata.annotations["fourfold.dev/purge"] = os.date("!%Y-%m-%dT%XZ")
return obj
