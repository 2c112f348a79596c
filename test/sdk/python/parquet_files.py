"""What an independent reader (Apache Arrow) finds in Parquet files: types of the columns, and the rows."""

import json
import sys

import pyarrow.parquet

told = {}
for path in sys.argv[1:]:
    table = pyarrow.parquet.read_table(path)
    told[path] = {
        "types": {field.name: str(field.type) for field in table.schema},
        "rows": json.loads(json.dumps(table.to_pylist(), default=str)),
    }
print(json.dumps(told))
