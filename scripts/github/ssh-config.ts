/**
 * The host name that ssh would connect to for `alias`, from the text of `~/.ssh/config`; null when it names none.
 * Format: ssh_config(5). The first value that applies wins. `Include` is not followed, and of `Match` only
 * `all`, `host` and `originalhost` are understood: the other criteria would need processes or the network.
 */
export function sshHostName(config: string, alias: string): string | null {
  let applies = true;
  for (const line of config.split(/\r?\n/)) {
    const [keyword = "", ...values] = words(line);
    switch (keyword.toLowerCase()) {
      case "host":
        applies = matchesList(values, alias);
        break;
      case "match":
        applies = matchesCriteria(values, alias);
        break;
      case "hostname":
        if (applies && values[0] !== undefined) {
          return values[0].replace(/%([h%])/g, (_, token) => (token === "h" ? alias : "%"));
        }
    }
  }
  return null;
}

// `Key value`, `Key=value` and `Key "value"` are all allowed.
function words(line: string): string[] {
  const text = line.trim().replace(/^([A-Za-z]+)\s*=\s*/, "$1 ");
  if (text.startsWith("#")) return [];
  return (text.match(/"[^"]*"|[^\s"]+/g) ?? []).map((word) => word.replaceAll('"', ""));
}

function matchesCriteria(criteria: readonly string[], alias: string): boolean {
  if (criteria.length === 1 && criteria[0]?.toLowerCase() === "all") return true;
  if (criteria.length === 0 || criteria.length % 2 !== 0) return false;
  for (let i = 0; i < criteria.length; i += 2) {
    const kind = criteria[i]?.toLowerCase() ?? "";
    const matched = matchesList((criteria[i + 1] ?? "").split(","), alias);
    if (kind === "host" || kind === "originalhost") {
      if (!matched) return false;
    } else if (kind === "!host" || kind === "!originalhost") {
      if (matched) return false;
    } else {
      return false;
    }
  }
  return true;
}

// One negated pattern that matches refuses the whole list.
function matchesList(patterns: readonly string[], alias: string): boolean {
  if (patterns.some((pattern) => pattern.startsWith("!") && matches(pattern.slice(1), alias))) return false;
  return patterns.some((pattern) => !pattern.startsWith("!") && matches(pattern, alias));
}

// Without a regex: many stars would make one take for ever, and the alias comes from a remote that somebody else wrote.
function matches(pattern: string, alias: string): boolean {
  const [wanted, given] = [pattern.toLowerCase(), alias.toLowerCase()];
  let [at, star, resume] = [0, -1, 0];
  for (let i = 0; i < given.length; ) {
    if (wanted[at] === "*") {
      [star, resume] = [at++, i];
    } else if (wanted[at] === "?" || wanted[at] === given[i]) {
      at++;
      i++;
    } else if (star >= 0) {
      // The last star takes one more character.
      at = star + 1;
      i = ++resume;
    } else {
      return false;
    }
  }
  return /^\**$/.test(wanted.slice(at));
}
