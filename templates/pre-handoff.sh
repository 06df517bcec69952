#!/bin/sh
# `baton handoff` runs this before it writes anything, and knows what it is about from BATON_FROM, BATON_TO and
# BATON_REASON. A non-zero exit stops the handoff; `--force` goes on all the same. Change it as you like.

git_dir=$(git rev-parse --git-dir) || exit 0

# The next agent would find itself in the middle of something that it knows nothing of.
under_way=
[ -e "$git_dir/MERGE_HEAD" ] && under_way=merge
[ -e "$git_dir/CHERRY_PICK_HEAD" ] && under_way=cherry-pick
[ -e "$git_dir/REVERT_HEAD" ] && under_way=revert
if [ -d "$git_dir/rebase-merge" ] || [ -d "$git_dir/rebase-apply" ]; then under_way=rebase; fi
if [ -n "$under_way" ]; then
  echo "pre-handoff: git $under_way is under way. Finish it (git $under_way --continue) or give it up (git $under_way --abort) before ${BATON_TO:-the next agent} takes over." >&2
  exit 1
fi

# Worth knowing, but no reason to stop.
markers=$(git diff --check HEAD 2>/dev/null | grep 'leftover conflict marker' || true)
if [ -n "$markers" ]; then
  echo "pre-handoff: conflict markers are left in:" >&2
  echo "$markers" | sed 's/: leftover conflict marker$//; s/^/  /' >&2
fi
exit 0
