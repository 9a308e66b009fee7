// The loops of all plain sets: included by the file of each arithmetic, which first says what differs:
//
//   sum, KIND                       the type of a sum, and the arithmetic
//   start_product(…), start_step(…) what the sums start from
//   add_products(words, input, line, sums)   sums += one row · 16 columns
//   finish_product(…)               sums → numbers of one row
//   finish_sums(…)                  sums of a step → z of one gate of 16 units
//   finish_step(…)                  z → c and h of 16 units of one row
//
// Written so that the compiler keeps the sums, those of one row and a quarter of a block, in the registers of
// any processor.

// The quarter of a block's header, or of a line, that starts at a column.
static const char *quarter(const char *block, ptrdiff_t column) { return block + 4 * column; }

static void product(const struct animo_weights *weights, const struct animo_product_rows *rows) {
  for (ptrdiff_t block = 0; block < weights->blocks; block++) {
    const char *header = animo_block(weights, block);
    for (ptrdiff_t row = 0; row < rows->count; row++) {
      float *out = rows->output + row * rows->output_stride + block * rows->output_block_stride;
      for (ptrdiff_t column = 0; column < ANIMO_COLUMNS; column += ANIMO_LANES) {
        sum sums[ANIMO_LANES];
        start_product(quarter(header, column), sums);
        add_products(weights->words, rows->input + row * rows->input_stride,
                     quarter(header + animo_header_size(KIND), column), sums);
        finish_product(sums, quarter(header, column), rows->scales, row, out + column);
      }
    }
  }
}

static void step(const struct animo_weights *weights, const struct animo_step_rows *rows) {
  for (ptrdiff_t block = 0; block < weights->blocks; block++) {
    const char *header = animo_block(weights, block);
    for (ptrdiff_t row = 0; row < rows->count; row++) {
      const float *start = animo_start_of(rows, row, block);
      float z[ANIMO_GATES][ANIMO_LANES];
      for (ptrdiff_t gate = 0; gate < ANIMO_GATES; gate++) {
        const ptrdiff_t column = gate * ANIMO_LANES;
        sum sums[ANIMO_LANES];
        start_step(start + column, quarter(header, column), sums);
        add_products(weights->words, rows->state + row * rows->state_stride,
                     quarter(header + animo_header_size(KIND), column), sums);
        finish_sums(sums, start + column, quarter(header, column), z[gate]);
      }
      finish_step(z, rows, row, block * ANIMO_LANES);
    }
  }
}
