// The loops of AMX with tiles in plain C, as Intel's Software Developer's Manual describes the instructions:
// no emulator at hand knows them.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers.h"

#pragma STDC FP_CONTRACT OFF

enum { TILES = 8, SIDE = 16 };

static struct {
  bool is_configured;
  struct {
    ptrdiff_t rows, bytes;
    uint8_t numbers[SIDE][4 * SIDE];
  } tiles[TILES];
} processor;

// A processor would raise an exception.
static void require(bool condition) {
  if (condition) return;
  printf("tiles in plain C: an instruction that a processor would refuse\n");
  exit(1);
}

// LDTILECFG: palette 1, then row bytes at 16 and rows at 48. The tiles become 0.
static void configure(const void *shapes) {
  const uint8_t *bytes = shapes;
  memset(&processor, 0, sizeof processor);
  require(bytes[0] == 1 && bytes[1] == 0);
  for (int i = 2; i < 16; i++) require(bytes[i] == 0);
  for (int tile = 0; tile < 16; tile++) {
    const ptrdiff_t row_bytes = bytes[16 + 2 * tile] | bytes[17 + 2 * tile] << 8, rows = bytes[48 + tile];
    require(row_bytes <= 4 * SIDE && rows <= SIDE && (row_bytes == 0) == (rows == 0));
    require(tile < TILES || rows == 0);
    if (tile >= TILES) continue;
    processor.tiles[tile].rows = rows;
    processor.tiles[tile].bytes = row_bytes;
  }
  processor.is_configured = true;
}

// TILELOADD: `stride` bytes from row to row; what is past the tile's shape becomes 0.
static void load(int tile, const void *start, ptrdiff_t stride) {
  require(processor.is_configured && processor.tiles[tile].rows > 0);
  memset(processor.tiles[tile].numbers, 0, sizeof processor.tiles[tile].numbers);
  for (ptrdiff_t row = 0; row < processor.tiles[tile].rows; row++) {
    memcpy(processor.tiles[tile].numbers[row], (const char *)start + row * stride,
           (size_t)processor.tiles[tile].bytes);
  }
}

// TILESTORED.
static void store(int tile, void *start, ptrdiff_t stride) {
  require(processor.is_configured && processor.tiles[tile].rows > 0);
  for (ptrdiff_t row = 0; row < processor.tiles[tile].rows; row++) {
    memcpy((char *)start + row * stride, processor.tiles[tile].numbers[row],
           (size_t)processor.tiles[tile].bytes);
  }
}

// TDPBUSD: unsigned bytes of `a` times signed ones of `b`, four to a 32-bit sum.
static void multiply(int sums, int a, int b) {
  require(processor.is_configured && sums != a && sums != b && a != b);
  require(processor.tiles[sums].rows == processor.tiles[a].rows);
  require(processor.tiles[sums].bytes == processor.tiles[b].bytes);
  require(processor.tiles[a].bytes == 4 * processor.tiles[b].rows && processor.tiles[a].bytes % 4 == 0);
  for (ptrdiff_t row = 0; row < processor.tiles[a].rows; row++) {
    for (ptrdiff_t column = 0; column < processor.tiles[b].bytes; column += 4) {
      int32_t sum;
      memcpy(&sum, processor.tiles[sums].numbers[row] + column, sizeof sum);
      for (ptrdiff_t k = 0; k < processor.tiles[a].bytes; k++) {
        sum += processor.tiles[a].numbers[row][k] *
               (int8_t)processor.tiles[b].numbers[k / 4][column + k % 4];
      }
      memcpy(processor.tiles[sums].numbers[row] + column, &sum, sizeof sum);
    }
  }
}

// TILERELEASE.
static void release(void) { processor.is_configured = false; }

#define TARGET
#define CONFIGURE_TILES(shapes) configure(shapes)
#define RELEASE_TILES() release()
#define LOAD_TILE(tile, start, stride) load(tile, start, stride)
#define STORE_TILE(tile, start, stride) store(tile, start, stride)
#define MULTIPLY_TILES(sums, a, b) multiply(sums, a, b)

#include "../../Sources/CKernels/amx-int8.h"

static bool runs_here(void) { return true; }

const struct animo_kernels emulated_amx_int8 = {
    .name = "avx512-amx-int8 in plain C",
    .arithmetic = ANIMO_INT8,
    .runs_here = runs_here,
    .product = product,
    .step = step,
};
