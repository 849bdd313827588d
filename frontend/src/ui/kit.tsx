/** The one component kit: pages import from here and nowhere else in `ui/`. */
export * from "./badge";
export * from "./button";
export * from "./chart";
export * from "./css";
export * from "./dialog";
export * from "./fields";
export * from "./form-page";
export * from "./layout";
export * from "./link";
export * from "./list-page";
export * from "./menu";
export * from "./picker";
export * from "./states";
export * from "./table";
export * from "./tabs";
export * from "./toast";
export * from "./url";
