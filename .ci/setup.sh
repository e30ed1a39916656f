#!/bin/bash
# Installs what building (build) or testing (test) needs: with apt as root, otherwise says the one line to run.
# Quick when everything is there already. macOS: Xcode's command line tools and cmake; Windows: see README.
set -euo pipefail
what=${1:-build}

if ! command -v cargo >/dev/null 2>&1; then
    if [ -x "$HOME/.cargo/bin/cargo" ]; then
        echo "cargo is installed but not on the PATH; run:  . \"\$HOME/.cargo/env\"" >&2
    else
        echo "Rust 1.95 or newer is needed; install it with:" >&2
        echo "    curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh" >&2
    fi
    exit 1
fi
have=$(rustc --version | sed -E 's/^rustc ([0-9]+)\.([0-9]+).*/\1 \2/')
read -r major minor <<<"$have"
if [ "$major" -eq 1 ] && [ "$minor" -lt 95 ]; then
    echo "Rust 1.95 or newer is needed, this is 1.$minor; run:  rustup update stable" >&2
    exit 1
fi

case "$(uname -s)" in
    Darwin)
        command -v cmake >/dev/null 2>&1 || { echo "cmake is missing; run:  brew install cmake" >&2; exit 1; }
        exit 0 ;;
    Linux) ;;
    *) exit 0 ;;
esac

packages="build-essential cmake clang libclang-dev libasound2-dev pkg-config"
if [ "$what" = test ]; then
    packages="$packages xvfb xauth xdotool x11-utils imagemagick mesa-vulkan-drivers libgl1-mesa-dri libgl1 libegl1 libx11-xcb1
        libxkbcommon-x11-0 libxcursor1 libxi6 libxrandr2 pulseaudio pulseaudio-utils libasound2-plugins alsa-utils"
fi
if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "setup: not a Debian or Ubuntu; needed are the equivalents of: $(echo $packages)" >&2
    exit 0
fi
missing=
for p in $packages; do
    dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing="$missing $p"
done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ]; then
    echo "setup: installing$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
    echo "These packages are missing; run:" >&2
    echo "    sudo apt-get install -y$missing" >&2
    exit 1
fi
