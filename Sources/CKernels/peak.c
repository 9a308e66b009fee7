// Loops that only multiply and add, in as many independent chains as hide the latency of one instruction
// (4 to 6 cycles, two a cycle: twelve would do; registers allow 24, or 12 of 16).
#include "peak.h"

#include "versions.h"

#if ANIMO_X86

#include <immintrin.h>

#define UNROLLED _Pragma("clang loop unroll(full)")

// Makes the compiler believe that a register has changed, so that it neither merges nor moves the work.
#define TOUCH(x) __asm__ volatile("" : "+v"(x))

// A function `run_<name>` of `chains` sums of `type`, each made greater by `multiply_add(sum, x, y)`.
#define PEAK(name, features, type, chains, zero, multiply_add)                           \
  __attribute__((target(features))) static void run_##name(ptrdiff_t rounds) {           \
    type sums[chains], x = zero, y = zero;                                               \
    TOUCH(x);                                                                            \
    TOUCH(y);                                                                            \
    UNROLLED for (int i = 0; i < chains; i++) sums[i] = zero;                            \
    for (ptrdiff_t round = 0; round < rounds; round++) {                                 \
      UNROLLED for (int i = 0; i < chains; i++) {                                        \
        sums[i] = multiply_add(sums[i], x, y);                                           \
        TOUCH(sums[i]);                                                                  \
        TOUCH(x);                                                                        \
      }                                                                                  \
    }                                                                                    \
  }

enum { WIDE_CHAINS = 24, NARROW_CHAINS = 12 };

#define FLOAT_512(sum, x, y) _mm512_fmadd_ps(x, y, sum)
PEAK(float32_512, "avx512f", __m512, WIDE_CHAINS, _mm512_setzero_ps(), FLOAT_512)

#define PAIRS_512(sum, x, y) _mm512_dpbf16_ps(sum, (__m512bh)x, (__m512bh)y)
PEAK(bfloat16_512, "avx512f,avx512bf16", __m512, WIDE_CHAINS, _mm512_setzero_ps(), PAIRS_512)

#define BYTES_512(sum, x, y) _mm512_dpbusd_epi32(sum, x, y)
PEAK(int8_512, "avx512f,avx512vnni", __m512i, WIDE_CHAINS, _mm512_setzero_si512(), BYTES_512)

#define FLOAT_256(sum, x, y) _mm256_fmadd_ps(x, y, sum)
PEAK(float32_256, "avx2,fma", __m256, NARROW_CHAINS, _mm256_setzero_ps(), FLOAT_256)

#define BYTES_256_VNNI(sum, x, y) _mm256_dpbusd_avx_epi32(sum, x, y)
PEAK(int8_256_vnni, "avx2,avxvnni", __m256i, NARROW_CHAINS, _mm256_setzero_si256(), BYTES_256_VNNI)

// Without VNNI exact products of bytes take four instructions: the weight's sign to the activation, to 16-bit
// pairs, to 32-bit sums, and the addition. Pairs of 16-bit numbers, twice two instructions, take as long.
#define BYTES_256(sum, x, y) \
  _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_maddubs_epi16(y, _mm256_sign_epi8(x, y)), y))
PEAK(int8_256, "avx2", __m256i, NARROW_CHAINS, _mm256_setzero_si256(), BYTES_256)

// Of weights within ±8 sums of sixteen products fit in 16 bits (avx2-narrow-int8.c); widening them is not
// counted.
#define SMALL_BYTES_256(sum, x, y) _mm256_add_epi16(sum, _mm256_maddubs_epi16(x, y))
PEAK(int4_256, "avx2", __m256i, NARROW_CHAINS, _mm256_setzero_si256(), SMALL_BYTES_256)

static bool has_avx512(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f");
}

static bool has_avx512bf16(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512bf16");
}

static bool has_avx512vnni(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512vnni");
}

static bool has_avx2(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static bool has_avxvnni(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avxvnni");
}

// A multiplication and an addition for every element of every register.
static const struct animo_peak all_peaks[] = {
    {"avx512", "float32", has_avx512, WIDE_CHAINS * 16 * 2, run_float32_512},
    {"avx2", "float32", has_avx2, NARROW_CHAINS * 8 * 2, run_float32_256},
    {"avx512bf16", "bfloat16", has_avx512bf16, WIDE_CHAINS * 32 * 2, run_bfloat16_512},
    {"avx512vnni", "int8", has_avx512vnni, WIDE_CHAINS * 64 * 2, run_int8_512},
    {"avx2-vnni", "int8", has_avxvnni, NARROW_CHAINS * 32 * 2, run_int8_256_vnni},
    {"avx2", "int8", has_avx2, NARROW_CHAINS * 32 * 2, run_int8_256},
    {"avx2", "int4", has_avx2, NARROW_CHAINS * 32 * 2, run_int4_256},
};

size_t animo_peak_count(void) { return sizeof all_peaks / sizeof all_peaks[0]; }

const struct animo_peak *animo_peak_at(size_t index) { return &all_peaks[index]; }

#else

size_t animo_peak_count(void) { return 0; }

const struct animo_peak *animo_peak_at(size_t index) {
  (void)index;
  return NULL;
}

#endif
