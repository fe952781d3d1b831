// What one takes home: the lanes as a picture, the history as a table.

/** All lanes side by side on one canvas, as they are drawn now. */
function pictureOf(lanes, { theme, font }, heading) {
  const side = 480, gap = 24, text = 64;
  const columns = lanes.length <= 4 ? lanes.length : Math.ceil(lanes.length / 2);
  const rows = Math.ceil(lanes.length / columns);
  const sheet = document.createElement("canvas");
  sheet.width = columns * (side + gap) + gap;
  sheet.height = rows * (side + text + gap) + gap + 36;
  const pen = sheet.getContext("2d");
  pen.fillStyle = theme.background;
  pen.fillRect(0, 0, sheet.width, sheet.height);
  pen.fillStyle = theme.text;
  pen.font = `20px ${font}`;
  pen.fillText(heading, gap, gap + 14);
  lanes.forEach((lane, i) => {
    const x = gap + (i % columns) * (side + gap);
    const y = gap + 36 + Math.floor(i / columns) * (side + text + gap);
    pen.drawImage(lane.plane.canvas, x, y + text, side, side);
    pen.font = `bold 24px ${font}`;
    pen.fillText(lane.title, x, y + 24);
    pen.font = `20px ${font}`;
    pen.fillText(countsOf(lane), x, y + 52);
  });
  return sheet;
}

function countsOf(lane) {
  const part = (selector) => lane.find(selector).textContent.trim();
  return `${part(".modes dd")} modes · ${part(".quality dd")} high quality · reverse KL ${part(".kl dd")}`;
}

/** A row for each update of each lane; counts are those of the last record before it. */
function tableOf(lanes) {
  const rows = ["lane,update,d_loss,g_loss,d_real,d_fake,modes,high_quality,reverse_kl"];
  for (const { reel, number, title } of lanes) {
    let index = 0;
    reel.places.forEach((place, i) => {
      while (index + 1 < reel.records.length && reel.records[index + 1].at <= place) index++;
      const { tensors } = reel.records[index];
      const values = SERIES.map((name) => reel.series[name][number][i].toPrecision(6));
      const counts = ["modes", "high_quality", "reverse_kl"].map((name) => tensors[name].values[number].toPrecision(4));
      rows.push([`"${title}"`, Math.round(place), ...values, ...counts].join());
    });
  }
  return `${rows.join("\n")}\n`;
}

function downloadText(text, name) {
  const link = document.createElement("a");
  Object.assign(link, { href: URL.createObjectURL(new Blob([text], { type: "text/csv" })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
