# Sourced by what builds this clone: one build at a time, for they share artifacts/obj; and only when a source is newer than the last build.

# lock_build: waits until no other build runs. What is run until unlock_build should not inherit the lock (9>&-): a compiler server would keep it.
lock_build() { mkdir -p "$here/artifacts"; exec 9>"$here/artifacts/.build-lock"; flock 9; }
unlock_build() { exec 9>&-; }

# sources_are_newer STAMP FOLDER...: whether anything in the folders, or in what all builds share, is newer than the stamp.
sources_are_newer() {
  local stamp=$1; shift
  [ ! -e "$stamp" ] || [ -n "$(find "$@" "$here"/Directory.*.props "$here/global.json" -newer "$stamp" -print -quit)" ]
}

# build_if_changed STAMP FOLDER... -- COMMAND...: when sources are newer, installs $packages, runs the command, and sets the stamp.
# $me stands in front of what is said; one of two starts at once builds.
build_if_changed() {
  local stamp=$1 folders=() started log; shift
  while [ "$1" != -- ]; do folders+=("$1"); shift; done; shift
  sources_are_newer "$stamp" "${folders[@]}" || return 0
  . "$here/eng/packages.sh"
  require_command dotnet "install the .NET 10 SDK (package dotnet-sdk-10.0)"
  require_packages $packages
  mkdir -p "$(dirname "$stamp")"
  lock_build
  if sources_are_newer "$stamp" "${folders[@]}"; then
    echo "$me: building (only when sources have changed) ..." >&2
    started=$(mktemp "$here/artifacts/.started-XXXXXX")   # a source saved during the build is newer than this
    if ! log=$("$@" 9>&- 2>&1); then
      rm -f "$started"; printf '%s\n' "$log" >&2; echo "$me: the build failed" >&2; exit 1
    fi
    mv "$started" "$stamp"
  fi
  unlock_build
}
