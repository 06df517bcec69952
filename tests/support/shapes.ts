import { join } from "node:path";
import { madeOnce, type Repo, repo, repoAt, temporaryFolder } from "./repo.ts";

/** Runs git where it is expected to stop with a conflict. */
function conflicts(here: Repo, ...args: string[]): void {
  try {
    here.git(...args);
  } catch {
    return;
  }
  throw new Error(`git ${args.join(" ")} met no conflict`);
}

/** Branch `side` and branch `main` (checked out) have changed the same line. */
export function divided(): Repo {
  return madeOnce("divided", () => {
    const here = repo({ "a.txt": "base\n", "b.txt": "b\n" });
    here.git("checkout", "-q", "-b", "side");
    here.write("a.txt", "side\n");
    here.commit("on the side");
    here.git("checkout", "-q", "main");
    here.write("a.txt", "main\n");
    here.commit("on main");
    return here;
  });
}

function detached(): Repo {
  const here = repo({ "a.txt": "a\n" });
  here.git("checkout", "-q", "--detach");
  return here;
}

function shallow(): Repo {
  const origin = repo({ "a.txt": "1\n" });
  origin.commit("second");
  origin.commit("third");
  const root = join(temporaryFolder(), "clone");
  origin.git("clone", "-q", "--depth=1", `file://${origin.root}`, root);
  return repoAt(root);
}

function linkedWorktree(): Repo {
  const main = repo({ "a.txt": "a\n" });
  const root = join(temporaryFolder(), "linked");
  main.git("worktree", "add", "-q", "-b", "linked-branch", root);
  return repoAt(root);
}

/** The working tree of a submodule. */
function submodule(): Repo {
  const outer = withSubmodule();
  return repoAt(join(outer.root, "libs/sub"));
}

export function withSubmodule(): Repo {
  const library = repo({ "lib.txt": "1\n" });
  const outer = repo({ "a.txt": "a\n" });
  outer.git("submodule", "--quiet", "add", library.root, "libs/sub");
  outer.commit("take the library in");
  return outer;
}

function sparse(): Repo {
  const here = repo({ "a/a.txt": "a\n", "b/b.txt": "b\n", "top.txt": "t\n" });
  here.git("sparse-checkout", "set", "a");
  return here;
}

function separateGitDir(): Repo {
  const folder = temporaryFolder();
  const root = join(folder, "tree");
  repoAt(folder).git("init", "-q", "-b", "main", `--separate-git-dir=${join(folder, "store")}`, root);
  const here = repoAt(root);
  here.write("a.txt", "a\n");
  here.commit("first");
  return here;
}

function sha256(): Repo {
  const here = repoAt(temporaryFolder());
  here.git("init", "-q", "-b", "main", "--object-format=sha256");
  here.write("a.txt", "a\n");
  here.commit("first");
  return here;
}

function underway(...args: string[]): () => Repo {
  return () => {
    const here = divided();
    conflicts(here, ...args);
    return here;
  };
}

function applyingPatches(): Repo {
  const here = divided();
  const patch = here.git("format-patch", "-1", "--stdout", "side");
  here.write("../side.patch", `${patch}\n`);
  conflicts(here, "am", "-q", "../side.patch");
  return here;
}

function bisecting(): Repo {
  const here = repo({ "a.txt": "1\n" });
  for (const n of [2, 3, 4, 5]) {
    here.write("a.txt", `${n}\n`);
    here.commit(`commit ${n}`);
  }
  here.git("bisect", "start", "HEAD", "HEAD~4");
  return here;
}

/** Two picks, of which the first had a conflict that was resolved with a plain `git commit`. */
function betweenTwo(verb: "cherry-pick" | "revert"): () => Repo {
  return () => {
    const here = divided();
    here.git("checkout", "-q", "side");
    here.write("b.txt", "more\n");
    here.commit("second on the side");
    if (verb === "cherry-pick") {
      here.git("checkout", "-q", "main");
      conflicts(here, "cherry-pick", "side~1", "side");
    } else {
      here.write("a.txt", "third\n");
      here.commit("third on the side");
      conflicts(here, "revert", "--no-edit", "side~2", "side~1");
    }
    here.write("a.txt", "resolved\n");
    here.commit("resolved");
    return here;
  };
}

function mergingWithoutConflict(): Repo {
  const here = divided();
  here.git("merge", "-q", "--no-commit", "-s", "ours", "side");
  return here;
}

/** Every shape of repository that work happens in, by what it is. Each makes a fresh one with a clean name. */
export const SHAPES: Readonly<Record<string, () => Repo>> = {
  "an ordinary repository": () => repo({ "a.txt": "a\n" }),
  "one without a commit": () => repo(),
  "a detached HEAD": detached,
  "a shallow clone": shallow,
  "a linked worktree": linkedWorktree,
  "a submodule": submodule,
  "one with a submodule in it": withSubmodule,
  "a sparse checkout": sparse,
  "one with its git folder elsewhere": separateGitDir,
  "one with SHA-256 ids": sha256,
  "a merge with a conflict": underway("merge", "side"),
  "a merge that waits for its commit": mergingWithoutConflict,
  "a rebase with a conflict": underway("rebase", "-q", "side"),
  "an old-style rebase with a conflict": underway("rebase", "-q", "--apply", "side"),
  "a cherry-pick with a conflict": underway("cherry-pick", "side"),
  "a revert with a conflict": underway("revert", "--no-edit", "HEAD~1"),
  "a series of patches with a conflict": applyingPatches,
  "a bisect": bisecting,
  "a series of cherry-picks, between two of them": betweenTwo("cherry-pick"),
  "a series of reverts, between two of them": betweenTwo("revert"),
};
