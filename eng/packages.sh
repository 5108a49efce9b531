# Sourced by ./hutch, ./test and bench/run: installs Debian packages when root, says how otherwise.

require_command() {
  command -v "$1" >/dev/null || { echo "hutch: $1 is missing: $2" >&2; exit 1; }
}

require_packages() {
  local missing=() package
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  local command="apt-get install -y --no-install-recommends ${missing[*]}"
  if [ "$(id -u)" != 0 ]; then
    echo "hutch: these packages are missing; install them with: sudo $command" >&2
    exit 1
  fi
  echo "hutch: installing ${missing[*]} ..." >&2
  local log
  log=$( { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -qq -y \
           --no-install-recommends install "${missing[@]}"; } 2>&1 ) || { printf '%s\n' "$log" >&2; exit 1; }
}
