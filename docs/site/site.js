// What furo leaves open for those who listen to a page, or go through it by keyboard.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelector(".sidebar-drawer")?.setAttribute("aria-label", "Pages");
  document.querySelector(".toc-drawer")?.setAttribute("aria-label", "On this page");
  for (const caption of document.querySelectorAll(".caption[role=heading]")) caption.ariaLevel = "2";
  const wide = document.querySelectorAll("pre, .table-wrapper, article table:not(.docutils)");
  for (const box of wide) box.tabIndex = 0; // it may scroll
});
