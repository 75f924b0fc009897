#!/bin/sh
# Two stages in Node, with grep and jq between them: which path of an access log is slowest?
# In a project of your own this is: npx handover pipe './requests.ts 600' 'grep -v /health' …
cd "$(dirname "$0")/../.." || exit
export PATH="$PWD/node_modules/.bin:$PATH"
exec node --conditions=handover-source supervisor/cli/main.ts pipe \
  './examples/access-log/requests.ts 600' \
  'grep -v /health' \
  'text>jsonl: jq -c "{path, ms}"' \
  ./examples/access-log/slowest.ts
