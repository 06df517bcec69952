#!/bin/sh
# Baton's git hooks, all in one: `hooks.sh <hook> [what git gave the hook]`, at the top of a working tree.
# POSIX sh and git alone, and no process is started while everything agrees: a commit must not wait for us.
# Only pre-commit ever exits non-zero, with 1. BATON_HOOKS=0 silences everything.
#
# `baton save` leaves a marker for each state, <git dir>/baton/saved/<agent>, of four lines: the state file,
# the branch (empty: detached), its oid (empty: no commit yet; -: not known), and the checks that are not good;
# and a fifth, `done`, when its session is done with, such as one that was handed over.

[ "${BATON_HOOKS-}" != 0 ] || exit 0

# Hooks read this file by `.` in a subshell, and may have been started with `sh -eu`.
set +eufC
# A graphical client may leave PATH empty; no call may reach for the network, ask, or speak another language.
PATH=${PATH:+$PATH:}/usr/local/bin:/usr/bin:/bin
GIT_ALLOW_PROTOCOL=none GIT_NO_LAZY_FETCH=1 GIT_TERMINAL_PROMPT=0 GIT_OPTIONAL_LOCKS=0 LC_ALL=C
export PATH GIT_ALLOW_PROTOCOL GIT_NO_LAZY_FETCH GIT_TERMINAL_PROMPT GIT_OPTIONAL_LOCKS LC_ALL

say() {
  printf '%s\n' "$*" >&2
}

# Text from outside, without control characters and without the marks that turn the direction of reading.
clean() {
  case $1 in
  *[!A-Za-z0-9._/=,\ -]*)
    printf '%s' "$1" | tr -d '\000-\037\177' |
      sed "$(printf 's/\302[\200-\237]//g;s/\342\200[\216\217\252-\256]//g;s/\342\201[\246-\251]//g')"
    ;;
  *) printf '%s' "$1" ;;
  esac
}

# A path as one word to type.
word() {
  case $1 in
  *[!A-Za-z0-9._/-]*) printf "'%s'" "$(clean "$1" | sed "s/'/'\\\\''/g")" ;;
  *) printf '%s' "$1" ;;
  esac
}

# Sets branch (empty: detached) and oid (empty: no commit yet), from git's own files wherever they say it.
read_head() {
  branch='' oid='' line='' common=$gitdir
  IFS= read -r line <"$gitdir/HEAD"
  case $line in
  # What stands there when the refs are kept in a reftable.
  'ref: refs/heads/.invalid')
    branch=$(git symbolic-ref -q --short HEAD 2>/dev/null)
    oid=$(git rev-parse -q --verify HEAD 2>/dev/null)
    ;;
  'ref: refs/heads/'*)
    branch=${line#ref: refs/heads/}
    [ -f "$gitdir/commondir" ] && IFS= read -r common <"$gitdir/commondir"
    case $common in
    ..*) common=$gitdir/$common ;;
    esac
    [ -f "$common/refs/heads/$branch" ] && IFS= read -r oid <"$common/refs/heads/$branch"
    # Packed, an alias of another branch, or not born yet.
    case $oid in
    '' | ref:*) oid=$(git rev-parse -q --verify HEAD 2>/dev/null) ;;
    esac
    ;;
  *) oid=$line ;;
  esac
}

# Sets agent, state, saved_branch, saved_oid, checks and ended from $marker. Fails when it says nothing (any more).
read_marker() {
  agent=${marker##*/} state='' saved_branch='' saved_oid='' checks='' ended=''
  case $agent in
  # Notes of what was said, a writer's temporary files, and the bare * of an empty folder.
  *[!a-z0-9_-]*) return 1 ;;
  esac
  [ -f "$marker" ] && [ -r "$marker" ] && {
    IFS= read -r state
    IFS= read -r saved_branch
    IFS= read -r saved_oid
    IFS= read -r checks
    IFS= read -r ended
  } <"$marker"
  [ -n "$state" ] && [ -f "$state" ]
}

# Whether git is moving HEAD about by itself: where it points now is nobody's choice yet.
is_moving() {
  # At the end of `git rebase` post-rewrite comes before git clears this away, but when HEAD is where it will stay.
  [ -e "$gitdir/rebase-merge" ] && [ "$hook ${1-}" != "post-rewrite rebase" ] && return 0
  # Not so at the end of `git rebase --apply`: the next hook will tell.
  for step in rebase-apply CHERRY_PICK_HEAD REVERT_HEAD sequencer BISECT_LOG; do
    [ -e "$gitdir/$step" ] && return 0
  done
  # And at its beginning it detaches HEAD before it notes down that it is at work: only the reflog tells.
  [ "$hook" = post-checkout ] && [ -z "$branch" ] || return 1
  case $(git log -g -1 --format=%gs HEAD -- 2>/dev/null) in
  rebase* | pull*) ;;
  *) return 1 ;;
  esac
}

# Sets marker, and what it says, to the newest one whose session goes on: the others are not what is worked on. Sets
# fits to yes when any of these states, newest or not, is of this very branch and commit.
pick_marker() {
  newest='' fits=''
  for marker in "$gitdir"/baton/saved/*; do
    read_marker && [ -z "$ended" ] || continue
    [ "$branch" = "$saved_branch" ] && [ "$oid" = "$saved_oid" ] && fits=yes
    if [ -z "$newest" ] || [ "$marker" -nt "$newest" ]; then newest=$marker; fi
  done
  marker=$newest
  [ -n "$marker" ] && read_marker
}

tell_mismatches() {
  read_head
  is_moving "$@" && return
  pick_marker || return
  if [ "$branch" != "$saved_branch" ]; then
    [ -n "$fits" ] || tell_once branch
  elif [ "$oid" != "$saved_oid" ] && [ "$saved_oid" != - ]; then
    tell_once commits
  fi
}

# Says what does not match, unless that was said already: the next save removes what is noted beside the marker.
tell_once() {
  kind=$1 said=''
  [ -f "$marker.said" ] && [ -r "$marker.said" ] && IFS= read -r said <"$marker.said"
  # Counting takes a process, and only a rewrite can make something else of commits that were told of.
  is_said && [ "$hook" != post-rewrite ] && return
  [ "$kind" = commits ] && count_commits
  is_said && return
  { printf '%s\n' "$said $1 $kind" >"$marker.said"; } 2>/dev/null

  case $kind in
  branch)
    # Nothing to do is named: saved from here, the state would be of the wrong branch.
    from='a detached HEAD' now='a detached HEAD'
    [ -n "$saved_branch" ] && from=$(clean "$saved_branch")
    [ -n "$branch" ] && now=$(clean "$branch")
    say "baton: the $agent state belongs to $from; you are on $now"
    return
    ;;
  commits) what="$came since the $agent state was saved" ;;
  rewritten) what="history was rewritten since the $agent state was saved" ;;
  esac
  find_command save
  say "baton: $what.${again:+ Save again: $again}"
}

is_said() {
  case " $said " in
  *" $kind "*) ;;
  *) return 1 ;;
  esac
}

# Sets came to "N commits came", or kind to rewritten when the saved commit is not below HEAD any more.
count_commits() {
  if [ -n "$saved_oid" ]; then
    counts=$(git rev-list --left-right --count "$saved_oid...HEAD" -- 2>/dev/null)
  else
    counts="0 $(git rev-list --count HEAD -- 2>/dev/null)"
  fi
  # Commits only on the saved side, white space, commits only on ours.
  case $counts in
  0?1) came='1 commit came' ;;
  0?*) came="${counts#0?} commits came" ;;
  *) kind=rewritten ;;
  esac
}

# Sets again to what to type for $1 (such as save), or to nothing where Baton is not installed: the person is never
# sent to a package by its name alone, which anybody might have registered, nor to a script that cannot run here.
find_command() {
  again=''
  if [ -e node_modules/.bin/baton ]; then
    again="npx baton $1 $agent"
  elif [ ! -e node_modules/.bin/tsx ] || [ ! -e "scripts/session-$1.ts" ]; then
    command -v baton >/dev/null 2>&1 && again="baton $1 $agent"
    return
  fi
  [ -f package.json ] && grep -q "\"session:$1\"[[:space:]]*:" package.json 2>/dev/null &&
    again="npm run session:$1 $agent"
}

tell_bad_checks() {
  read_head
  pick_marker && [ -n "$checks" ] || return
  find_command validate
  say "baton: the saved $agent state has checks that are not good: $(clean "$checks").${again:+ Fix them, then: $again}"
}

refuse_staged_states() {
  # `git commit -a` and `git commit <path>` bring an index of their own.
  index=${GIT_INDEX_FILE:-$gitdir/index}
  [ -f "$index" ] || return 0
  may_be_staged || return 0

  set -- ':(top,glob).*/.session-state.json' ':(top,glob).*/.session-state.json.*' ':(top,glob).*/.session-brief.md' \
    ':(top,glob).*/.session-brief.md.*' ':(top,glob).github/copilot-session-state.json' ':(top,glob).github/copilot-session-state.json.*'
  for marker in "$gitdir"/baton/saved/*; do
    # What is staged may be gone from the disk.
    read_marker || [ -n "$state" ] || continue
    folder=''
    case $state in
    */*) folder=${state%/*}/ ;;
    esac
    set -- "$@" ":(top,literal)$state" ":(top,glob)$state.*" ":(top,literal)$folder.session-brief.md" \
      ":(top,glob)$folder.session-brief.md.*"
  done
  # Taking a state out of the index is what we ask for: deletions pass.
  staged=$(git -c core.quotePath=false -c diff.relative=false diff --cached --name-only --no-renames --no-color \
    --diff-filter=d -- "$@" 2>/dev/null)
  [ -n "$staged" ] || return 0

  say 'baton: a saved session state is staged. It is private, and no part of the project. Take it out, then commit again:'
  printf '%s\n' "$staged" | while IFS= read -r path; do
    if git rev-parse -q --verify HEAD >/dev/null && ! git cat-file -e "HEAD:$path" 2>/dev/null; then
      say "  git restore --staged $(word "$path")"
    else
      # -f is for a file that has changed since it was staged; with --cached it stays where it is.
      say "  git rm --cached -f $(word "$path")"
    fi
  done
  return 1
}

# Whether the index may name a state. Searching its bytes takes a third of the time that git takes to load it;
# git has the last word whenever they do not rule it out.
may_be_staged() {
  # The end of the name, because an index of version 4 leaves out what a path begins with like the one before it.
  names=state.json
  for brief in .*/.session-brief.md*; do
    [ -e "$brief" ] && names='state.json
brief.md'
  done
  # States that go by another name, and an index in two files.
  for marker in "$gitdir"/baton/saved/*; do
    read_marker
    case $state in
    '' | *state.json) ;;
    *) return 0 ;;
    esac
  done
  for shared in "$gitdir"/sharedindex.*; do
    [ -e "$shared" ] && return 0
  done
  grep -qaF "$names" "$index" 2>/dev/null
  [ $? -ne 1 ]
}

hook=${1-}
[ $# -eq 0 ] || shift

# Hooks of linked working trees and submodules are given GIT_DIR; elsewhere it is plain .git.
gitdir=${GIT_DIR:-.git}
[ -f "$gitdir/HEAD" ] || gitdir=$(git rev-parse --absolute-git-dir 2>/dev/null) || exit 0

case $hook in
pre-commit) refuse_staged_states || exit 1 ;;
# The third word is 0 where only files were checked out.
post-checkout) [ "${3-1}" = 0 ] || [ ! -d "$gitdir/baton/saved" ] || tell_mismatches "$@" ;;
post-commit | post-merge | post-rewrite) [ ! -d "$gitdir/baton/saved" ] || tell_mismatches "$@" ;;
pre-push) [ ! -d "$gitdir/baton/saved" ] || tell_bad_checks ;;
esac
exit 0
