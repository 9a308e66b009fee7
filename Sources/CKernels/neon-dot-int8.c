// 8-bit codes on NEON with the dot product of ARMv8.2: one instruction multiplies four bytes of each of four
// columns and adds the products to 32-bit sums. It has run under an emulator alone, where it gives the
// bits of AVX2; how fast it is on a processor is not known.
#include "versions.h"
#if ANIMO_ARM

#define TARGET __attribute__((target("dotprod")))

#include "neon-int8.h"

PIECE sum dot(sum to, int8x16_t activation, int8x16_t line) { return vdotq_s32(to, line, activation); }

#if defined(__linux__)
// getauxval(3): what the kernel says of the processor; its header is left out so that this file compiles
// without the system's.
extern unsigned long getauxval(unsigned long type);

static bool runs_here(void) {
  // AT_HWCAP and HWCAP_ASIMDDP of the Linux kernel's <asm/hwcap.h>.
  const unsigned long capabilities = 16, dot_product = 1 << 20;
  return (getauxval(capabilities) & dot_product) != 0;
}
#else
static bool runs_here(void) { return false; }
#endif

const struct animo_kernels animo_neon_dot_int8 = {
    .name = "neon-dot-int8",
    .arithmetic = KIND,
    .runs_here = runs_here,
    .product = product,
    .step = step,
};

#endif
