// The built tool also runs on Node 20, which lacks two things that shared code uses. Bundled first.

// The SDK is part of the bundle: which Node later versions of it want does not matter to its reader.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

if (URL.parse === undefined) {
  URL.parse = (url, base) => (URL.canParse(url, base) ? new URL(url, base) : null);
}

const givesSource = JSON.parse('1', (_key, _value, context?: unknown) => context !== undefined);
if (!givesSource) {
  const parse = JSON.parse;
  JSON.parse = (text, reviver) => {
    if (reviver === undefined) return parse(text);
    const revive = reviver as (this: unknown, ...parts: unknown[]) => unknown;
    return parse(text, function (this: unknown, key, value) {
      return revive.call(this, key, value, { source: String(value) });
    });
  };
}
