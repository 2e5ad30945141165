#!/usr/bin/env bash
# Builds mediasoup-worker from the source in the npm package `mediasoup`, against the libraries of Debian or
# Ubuntu, so that neither GitHub nor PyPI is needed. Usage: build-mediasoup-worker.sh PACKAGE_FOLDER OUTPUT_FILE
# The packages it needs are listed in mediasoup-worker.ts, which calls it.
set -euo pipefail
package=$(realpath "$1") out=$(realpath -m "$2")
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"

# The sources are patched below, so they are copied. An install that lacks them gets them from the registry.
if [ -f "$package/worker/meson.build" ] && [ -d "$package/worker/fbs" ] && [ -d "$package/worker/deps/libwebrtc" ]; then
  cp -r "$package/worker" worker
else
  version=$(node -p 'require(process.argv[1]).version' "$package/package.json")
  npm pack --silent "mediasoup@$version" >/dev/null
  tar xzf "mediasoup-$version.tgz"; mv package/worker worker
fi
cd worker

# A folder with the name that a .wrap file expects keeps meson from downloading: each holds a meson.build
# that hands on the system's library under the variable names that the worker asks for.
adapter() { # adapter WRAP LANGUAGE OPTIONS <<< meson.build
  local at; at=subprojects/$(sed -n 's/^directory = //p' "subprojects/$1.wrap"); mkdir -p "$at"
  { echo "project('$1', '$2')"; cat; } > "$at/meson.build"
  [ -z "${3:-}" ] || printf "$3" > "$at/meson_options.txt"
  echo 'int adapter_placeholder(void);' | tee "$at/empty.c" > "$at/empty.cc"; adapted=$at
}
adapter libuv c "option('build_tests', type: 'boolean', value: false)\noption('build_benchmarks', type: 'boolean', value: false)\n" <<'M'
libuv_dep = dependency('libuv')
libuv = static_library('libuv_empty', 'empty.c')
M
adapter openssl c <<'M'
openssl_dep = dependency('openssl')
libcrypto_lib = static_library('libcrypto_empty', 'empty.c')
libssl_lib = static_library('libssl_empty', 'empty.c')
M
adapter usrsctp c "option('sctp_build_programs', type: 'boolean', value: false)\n" <<'M'
usrsctp_dep = dependency('usrsctp')
usrsctp = static_library('usrsctp_empty', 'empty.c')
M
adapter abseil-cpp cpp <<'M'
absl_base_dep = dependency('absl_base')
absl_memory_dep = dependency('absl_memory')
absl_strings_dep = dependency('absl_strings')
absl_types_dep = [dependency('absl_optional'), dependency('absl_bad_optional_access')]
absl_container_dep = [dependency('absl_raw_hash_set'), dependency('absl_hash'), dependency('absl_flat_hash_map'), absl_strings_dep]
absl_container_lib = static_library('absl_empty', 'empty.cc')
M
adapter catch2 cpp <<'M'
catch2_dep = declare_dependency()
catch2_with_main_dep = declare_dependency()
M
adapter flatbuffers cpp <<'M'
flatbuffers_dep = declare_dependency()
flatbuffers_lib = static_library('flatbuffers_empty', 'empty.cc')
M
adapter libsrtp3 c "option('crypto-library', type: 'string')\noption('crypto-library-kdf', type: 'string')\noption('tests', type: 'string')\n" <<'M'
libsrtp3_dep = declare_dependency(include_directories: 'compat', dependencies: dependency('libsrtp2'))
libsrtp3 = static_library('srtp_empty', 'empty.c')
M
# The worker calls libsrtp 3 (separate in and out buffers); Debian has libsrtp 2 (in place).
mkdir "$adapted/compat"; cat > "$adapted/compat/srtp.h" <<'H'
#pragma once
#include <srtp2/srtp.h>
#include <stddef.h>
#include <string.h>
#define srtp_err_status_buffer_small ((srtp_err_status_t)1001)
#define srtp_err_status_cryptex_err ((srtp_err_status_t)1002)
#define srtp_stream_remove srtp_remove_stream
static inline srtp_err_status_t srtp_compat(srtp_err_status_t (*in_place)(srtp_t, void*, int*), srtp_t ctx,
                                            const uint8_t* in, size_t in_len, uint8_t* out, size_t* out_len) {
  if (in != out) memmove(out, in, in_len);
  int len = (int)in_len;
  srtp_err_status_t status = in_place(ctx, out, &len);
  *out_len = (size_t)len;
  return status;
}
#define srtp_protect(ctx, in, n, out, m, mki) srtp_compat(srtp_protect, ctx, in, n, out, m)
#define srtp_unprotect(ctx, in, n, out, m) srtp_compat(srtp_unprotect, ctx, in, n, out, m)
#define srtp_protect_rtcp(ctx, in, n, out, m, mki) srtp_compat(srtp_protect_rtcp, ctx, in, n, out, m)
#define srtp_unprotect_rtcp(ctx, in, n, out, m) srtp_compat(srtp_unprotect_rtcp, ctx, in, n, out, m)
H
# Debian's OpenSSL is built with kernel TLS: it asks the BIO "is KTLS on?" through the worker's own BIO
# callback, which answers 1 to every control call, so libssl drops its write buffer and the first DTLS
# record crashes the worker. Handing libssl's own result back for every "return" call mends it.
sed -i 's/(operationType == BIO_CB_RETURN)/(operationType \& BIO_CB_RETURN)/' src/RTC/DtlsTransport.cpp
sed -i "s/meson_version: '>= [0-9.]*'/meson_version: '>= 1.0.0'/" meson.build
meson setup --buildtype release -Db_ndebug=true -Dms_disable_liburing=true --wrap-mode=nodownload build . >/dev/null
# The headers must exist before the first compile; ninja does not order them ahead by itself.
mkdir -p build/fbs/FBS
flatc --cpp --cpp-field-case-style lower --reflect-names --scoped-enums --filename-suffix '' -o build/fbs/FBS fbs/*.fbs
ninja -C build mediasoup-worker >/dev/null
strip build/mediasoup-worker; mkdir -p "$(dirname "$out")"; cp build/mediasoup-worker "$out"
