#!/usr/bin/env bash
# Makes echarts.min.js of this folder anew, from the npm packages named here; says whether it is what is committed.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-fund --no-audit --save-exact echarts@6.1.0 zrender@6.1.0 esbuild@0.28.2
cp "$here/entry.js" entry.js
npx esbuild entry.js --bundle --minify --format=iife --global-name=echarts --target=es2020 --charset=utf8 \
  --legal-comments=none --log-level=warning \
  --banner:js='/* Apache ECharts 6.1.0 (Apache-2.0), zrender 6.1.0 (BSD-3-Clause), tslib 2.3.0 (0BSD): see LICENSE, NOTICE */' \
  --outfile=echarts.min.js
if grep -qE 'new Function|[^.a-zA-Z_]eval\(|</script' echarts.min.js; then
  echo "the bundle makes code of text, or ends a script element" >&2
  exit 1
fi
cp node_modules/echarts/LICENSE "$here/LICENSE-echarts"
cp node_modules/echarts/NOTICE "$here/NOTICE-echarts"
cp node_modules/zrender/LICENSE "$here/LICENSE-zrender"
cp node_modules/echarts/licenses/LICENSE-d3 "$here/LICENSE-d3"
cp node_modules/tslib/LICENSE.txt "$here/LICENSE-tslib"
cp echarts.min.js "$here/echarts.min.js"
cd "$here"
sha256sum -c SHA256 || { sha256sum echarts.min.js >SHA256; echo "SHA256 is rewritten" >&2; }
