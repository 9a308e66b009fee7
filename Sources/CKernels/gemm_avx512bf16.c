// Products of bfloat16 on AVX512_BF16: two steps of depth in one instruction.
//
// vdpbf16ps adds the product of the high halves first, then that of the low halves, rounds to nearest even
// and counts subnormal numbers as 0 (Intel, Software Developer's Manual, volume 2).
#include "versions.h"
#if ANIMO_X86

#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512bf16"), min_vector_width(512)))

TARGET static inline __attribute__((always_inline)) __m512 add_products(__m512 sum, __m512i a, __m512i b) {
  return _mm512_dpbf16_ps(sum, (__m512bh)a, (__m512bh)b);
}

#include "gemm_avx512_tile.h"
#include "gemm_pack_panel.h"

PACK_PANEL(pack_pairs, PAIRS)

static bool runs_here(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512bf16");
}

// AMD (Zen 4 and later) does as many vdpbf16ps a cycle as fused multiply-adds: twice the products. Intel's
// processors with AMX do a quarter of that (measured: 86 GFLOP/s against 178 in single precision), so
// rounded operands in single precision are faster there.
static bool is_fast_here(void) {
  __builtin_cpu_init();
  return !__builtin_cpu_is("intel");
}

const struct animo_gemm animo_gemm_avx512bf16_bfloat16 = {
    .name = "avx512bf16",
    .precision = ANIMO_GEMM_BFLOAT16,
    .runs_here = runs_here,
    .is_fast_here = is_fast_here,
    .tile_rows = TILE_ROWS,
    .tile_columns = TILE_COLUMNS,
    .group = 2,
    .pack_panel = pack_pairs,
    .multiply_tile = multiply_tile,
};

#endif
