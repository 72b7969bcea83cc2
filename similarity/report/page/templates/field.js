(() => {
  const MOST = 16;
  const STEPS = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 36000];
  const within = (value, low, high) => Math.min(Math.max(value, low), high);

  const shortClock = (seconds, step) => {
    const digits = step >= 1 ? 0 : step >= 0.1 ? 1 : 2;
    const scale = 10 ** digits;
    const total = Math.round(Math.abs(seconds) * scale) / scale;
    const rest = (total % 60).toFixed(digits).padStart(digits ? 3 + digits : 2, "0");
    const minutes = Math.floor(total / 60);
    const sign = seconds < 0 && total ? "\u2212" : "";
    const hours = Math.floor(minutes / 60);
    return hours ? `${sign}${hours}:${Page.padded(minutes % 60, 2)}:${rest}` : `${sign}${minutes}:${rest}`;
  };

  const times = (range, most) => {
    const length = range[1] - range[0];
    const step = STEPS.find((one) => length / one <= most) || 36000 * Math.ceil(length / 36000 / most);
    const first = Math.ceil(range[0] / step - 1e-9);
    const last = Math.floor(range[1] / step + 1e-9);
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, place) => [(first + place) * step, step]);
  };

  const put = (ticks, name, attributes, text = "") => {
    const made = document.createElementNS(ticks.namespaceURI, name);
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
    made.textContent = text;
    ticks.append(made);
  };

  class Field {
    constructor(figure) {
      this.figure = figure;
      this.drawing = figure.querySelector(".drawing");
      this.view = figure.querySelector(".view");
      this.frame = figure.querySelector(".frame");
      this.place = figure.querySelector(".field-place");
      this.across = figure.dataset.across.split(" ").map(Number);
      this.down = figure.dataset.down.split(" ").map(Number);
      const [x, y, width, height] = this.view.getAttribute("viewBox").split(" ").map(Number);
      this.whole = { x, y, width, height };
      this.seen = { x, y, scale: 1 };
      this.drag = null;
      this.listen();
    }

    listen() {
      this.drawing.setAttribute("tabindex", "0");
      this.drawing.setAttribute("role", "application");
      this.drawing.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
      this.drawing.addEventListener("keydown", (event) => this.key(event));
      this.drawing.addEventListener("pointerdown", (event) => this.grab(event));
      this.drawing.addEventListener("pointermove", (event) => this.move(event));
      this.drawing.addEventListener("pointerup", (event) => this.release(event));
      this.drawing.addEventListener("pointercancel", () => { this.drag = null; });
      Page.all("[data-do]", this.figure).forEach((button) => {
        button.addEventListener("click", () => this.zoomBy({ in: 1.6, out: 1 / 1.6, all: 0 }[button.dataset.do]));
      });
    }

    at(event) {
      const box = this.frame.getBoundingClientRect();
      return [within((event.clientX - box.left) / box.width, 0, 1), within((event.clientY - box.top) / box.height, 0, 1)];
    }

    seconds([right, below]) {
      const { x, y, scale } = this.seen;
      const east = (x - this.whole.x) / this.whole.width + right / scale;
      const south = (y - this.whole.y) / this.whole.height + below / scale;
      return [
        this.across[0] + east * (this.across[1] - this.across[0]),
        this.down[0] + south * (this.down[1] - this.down[0]),
      ];
    }

    zoomBy(factor, [right, below] = [0.5, 0.5]) {
      const scale = within(factor ? this.seen.scale * factor : 1, 1, MOST);
      const { width, height } = this.whole;
      this.seen.x += right * (width / this.seen.scale - width / scale);
      this.seen.y += below * (height / this.seen.scale - height / scale);
      this.seen.scale = scale;
      this.draw();
    }

    shift(right, below) {
      this.seen.x += right * this.whole.width / this.seen.scale;
      this.seen.y += below * this.whole.height / this.seen.scale;
      this.draw();
    }

    draw() {
      const { x, y, width, height } = this.whole;
      const scale = this.seen.scale;
      this.seen.x = within(this.seen.x, x, x + width - width / scale);
      this.seen.y = within(this.seen.y, y, y + height - height / scale);
      this.view.setAttribute("viewBox", [this.seen.x, this.seen.y, width / scale, height / scale].join(" "));
      Page.all("circle", this.view).forEach((dot) => dot.setAttribute("r", 2.6 / scale));
      this.drawing.classList.toggle("is-zoomed", scale > 1);
      this.drawTicks();
    }

    drawTicks() {
      const { x, y, width, height } = this.whole;
      const [left, upper] = this.seconds([0, 0]);
      const [right, lower] = this.seconds([1, 1]);
      const bottom = y + height;
      const ticks = this.figure.querySelector(".ticks");
      ticks.replaceChildren();
      times([left, right], 5).forEach(([time, step]) => {
        const place = x + width * (time - left) / (right - left);
        put(ticks, "path", { class: "axis", d: `M${place} ${bottom}v5` });
        put(ticks, "text", { class: "across", x: place, y: bottom + 19 }, shortClock(time, step));
      });
      times([upper, lower], 7).forEach(([time, step]) => {
        const place = y + height * (time - upper) / (lower - upper);
        put(ticks, "path", { class: "axis", d: `M${x} ${place}h-5` });
        put(ticks, "text", { class: "down", x: x - 9, y: place + 4.5 }, shortClock(time, step));
      });
    }

    tell(point) {
      const [suspect, work] = this.seconds(point).map(Page.clock);
      this.place.textContent = Page.fill(Page.words.place, { suspect, work });
    }

    go(point) {
      const [suspect, work] = this.seconds(point);
      const detail = { match: Number(this.figure.dataset.match), suspect, work };
      this.tell(point);
      document.dispatchEvent(new CustomEvent("go-to-point", { detail }));
    }

    wheel(event) {
      if (!event.ctrlKey && !event.metaKey && document.activeElement !== this.drawing) { return; }
      event.preventDefault();
      this.zoomBy(Math.exp(-within(event.deltaY, -200, 200) / 300), this.at(event));
    }

    key(event) {
      if (event.ctrlKey || event.altKey || event.metaKey) { return; }
      const shifts = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, -0.1], ArrowDown: [0, 0.1] };
      const zooms = { "+": 1.6, "=": 1.6, "-": 1 / 1.6, "0": 0 };
      if (event.key in shifts) {
        this.shift(...shifts[event.key]);
      } else if (event.key in zooms) {
        this.zoomBy(zooms[event.key]);
      } else if (event.key === "Enter") {
        this.go([0.5, 0.5]);
      } else {
        return;
      }
      event.preventDefault();
      this.tell([0.5, 0.5]);
    }

    grab(event) {
      if (event.button !== 0 || !this.isInside(event)) { return; }
      this.drag = { at: this.at(event), x: event.clientX, y: event.clientY, moved: false };
      this.drawing.setPointerCapture(event.pointerId);
    }

    isInside(event) {
      const box = this.frame.getBoundingClientRect();
      return event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    }

    move(event) {
      const point = this.at(event);
      if (this.drag) {
        this.drag.moved ||= Math.hypot(event.clientX - this.drag.x, event.clientY - this.drag.y) > 4;
        if (this.drag.moved) { this.shift(this.drag.at[0] - point[0], this.drag.at[1] - point[1]); }
        this.drag.at = point;
      }
      if (this.isInside(event)) { this.tell(point); }
    }

    release(event) {
      const drag = this.drag;
      this.drag = null;
      if (drag && !drag.moved) { this.go(this.at(event)); }
    }
  }

  Page.all("figure.field").forEach((figure) => new Field(figure));
})();
