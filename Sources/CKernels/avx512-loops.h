// The loops of all AVX-512 sets: included by the file of each arithmetic, which first says what differs:
//
//   TARGET                       the instructions, as a function attribute
//   KIND                         the arithmetic
//   sum, tile                    the type of a register of 16 sums, and those of a tile
//   dot(sum, activation, line)   one word of 16 columns multiplied and added
//   first_sum(header, column)    what the sums of a product start from
//   step_sum(start, header, column)  what those of a step start from
//   finish_product(…)            sums → numbers of one row
//   finish_step(…)               sums → c and h of 16 units of the rows of a tile
//
// A tile of up to 6 rows × 64 columns lives in 24 of the 32 registers, four more hold one line of weights,
// and each line that is loaded serves all rows: 24 multiplications for ten loads.

// sums += activations · weights, for `rows` rows and 64 columns. With every word a place of `ahead` is asked
// for.
PIECE void add_products(const int rows, ptrdiff_t words, const uint32_t *input, ptrdiff_t stride,
                        const char *line, struct animo_lines ahead, tile sums) {
  for (ptrdiff_t word = 0; word < words; word++, line += ANIMO_LINE, ahead.next += ahead.distance) {
    const __m512i i = _mm512_load_si512(line);
    const __m512i f = _mm512_load_si512(line + ANIMO_ALIGNMENT);
    const __m512i g = _mm512_load_si512(line + 2 * ANIMO_ALIGNMENT);
    const __m512i o = _mm512_load_si512(line + 3 * ANIMO_ALIGNMENT);
    animo_fetch(ahead);
    UNROLLED for (int row = 0; row < rows; row++) {
      const __m512i activation = _mm512_set1_epi32((int)input[row * stride + word]);
      sums[row][0] = dot(sums[row][0], activation, i);
      sums[row][1] = dot(sums[row][1], activation, f);
      sums[row][2] = dot(sums[row][2], activation, g);
      sums[row][3] = dot(sums[row][3], activation, o);
    }
  }
}

// `rows` rows from `first` of one block of a product.
PIECE void product_tile(const int rows, const struct animo_weights *weights,
                        const struct animo_product_rows *all, ptrdiff_t block, ptrdiff_t first,
                        struct animo_lines ahead) {
  const char *header = animo_block(weights, block);
  tile sums;
  UNROLLED for (int row = 0; row < rows; row++) {
    UNROLLED for (int part = 0; part < ANIMO_GATES; part++) {
      sums[row][part] = first_sum(header, part * ANIMO_LANES);
    }
  }
  add_products(rows, weights->words, all->input + first * all->input_stride, all->input_stride,
               header + animo_header_size(KIND), ahead, sums);
  UNROLLED for (int row = 0; row < rows; row++) {
    float *out = all->output + (first + row) * all->output_stride + block * all->output_block_stride;
    finish_product(sums[row], header, all->scales, first + row, out);
  }
}

TARGET static void product(const struct animo_weights *weights, const struct animo_product_rows *rows) {
  const ptrdiff_t tiles = animo_tile_count(rows->count);
  for (ptrdiff_t block = 0; block < weights->blocks; block++) {
    for (ptrdiff_t number = 0; number < tiles; number++) {
      const ptrdiff_t first = animo_tile_start(rows->count, tiles, number);
      const struct animo_lines ahead = animo_lines_ahead(weights, block, block + 1, tiles, number);
      switch (animo_tile_start(rows->count, tiles, number + 1) - first) {
        case 1: product_tile(1, weights, rows, block, first, ahead); break;
        case 2: product_tile(2, weights, rows, block, first, ahead); break;
        case 3: product_tile(3, weights, rows, block, first, ahead); break;
        case 4: product_tile(4, weights, rows, block, first, ahead); break;
        case 5: product_tile(5, weights, rows, block, first, ahead); break;
        default: product_tile(ANIMO_TILE_ROWS, weights, rows, block, first, ahead); break;
      }
    }
  }
}

// One step of `rows` rows from `first`, for one block of 16 units.
PIECE void step_tile(const int rows, const struct animo_weights *weights, const struct animo_step_rows *all,
                     ptrdiff_t block, ptrdiff_t first, struct animo_lines ahead) {
  const char *header = animo_block(weights, block);
  tile sums;
  UNROLLED for (int row = 0; row < rows; row++) {
    const float *start = animo_start_of(all, first + row, block);
    UNROLLED for (int gate = 0; gate < ANIMO_GATES; gate++) {
      sums[row][gate] = step_sum(start, header, gate * ANIMO_LANES);
    }
  }
  add_products(rows, weights->words, all->state + first * all->state_stride, all->state_stride,
               header + animo_header_size(KIND), ahead, sums);
  finish_step(rows, sums, header, all, block, first);
}

TARGET static void step(const struct animo_weights *weights, const struct animo_step_rows *rows) {
  const ptrdiff_t tiles = animo_tile_count(rows->count);
  for (ptrdiff_t index = 0; index < weights->blocks; index++) {
    const ptrdiff_t block = rows->backwards ? weights->blocks - 1 - index : index;
    const ptrdiff_t next = rows->backwards ? block - 1 : block + 1;
    for (ptrdiff_t number = 0; number < tiles; number++) {
      const ptrdiff_t first = animo_tile_start(rows->count, tiles, number);
      const struct animo_lines ahead = animo_lines_ahead(weights, block, next, tiles, number);
      switch (animo_tile_start(rows->count, tiles, number + 1) - first) {
        case 1: step_tile(1, weights, rows, block, first, ahead); break;
        case 2: step_tile(2, weights, rows, block, first, ahead); break;
        case 3: step_tile(3, weights, rows, block, first, ahead); break;
        case 4: step_tile(4, weights, rows, block, first, ahead); break;
        case 5: step_tile(5, weights, rows, block, first, ahead); break;
        default: step_tile(ANIMO_TILE_ROWS, weights, rows, block, first, ahead); break;
      }
    }
  }
}
