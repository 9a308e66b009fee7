// 8-bit codes on AMX, the tiles of Intel's servers since Sapphire Rapids: one instruction multiplies 16 rows
// of 64 bytes by 16 columns of them.
//
// It has never run on a processor: its loops are tested with tiles in plain C, its instructions are only
// compiled. So it exists only where the environment variable ANIMO_AMX is set, and is not chosen by itself
// even there, but by its name: choose.c lists it behind avx512-int8, which runs wherever it does.
#include "versions.h"
#if ANIMO_X86

// Nothing is fused but what is written as fmaf.
#pragma STDC FP_CONTRACT OFF

#define TARGET __attribute__((target("avx512f,avx512dq,avx512vnni,amx-tile,amx-int8")))

#include <immintrin.h>

#define CONFIGURE_TILES(shapes) _tile_loadconfig(shapes)
#define RELEASE_TILES() _tile_release()
#define LOAD_TILE(tile, start, stride) _tile_loadd(tile, start, stride)
#define STORE_TILE(tile, start, stride) _tile_stored(tile, start, stride)
#define MULTIPLY_TILES(sums, a, b) _tile_dpbusd(sums, a, b)

#include "amx-int8.h"

#if defined(__linux__)
#include <cpuid.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

// Whether someone wants to try it, the processor has the instructions, and the system lets this process use
// the tiles: their 8 KiB of state are handed out on request (Linux, Documentation/arch/x86/xstate.rst).
static bool runs_here(void) {
  const unsigned tiles = 1u << 24, bytes = 1u << 25;  // of EDX, leaf 7
  const long request_permission = 0x1023, tile_data = 18;
  unsigned a, b, c, d;
  if (!getenv("ANIMO_AMX")) return false;
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512dq") ||
      !__builtin_cpu_supports("avx512vnni")) {
    return false;
  }
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || (d & tiles) == 0 || (d & bytes) == 0) return false;
  return syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
}
#else
static bool runs_here(void) { return false; }
#endif

const struct animo_kernels animo_avx512_amx_int8 = {
    .name = "avx512-amx-int8",
    .arithmetic = ANIMO_INT8,
    .runs_here = runs_here,
    .product = product,
    .step = step,
};

#endif
