// The ready-made bundle carries the Node parts that the library's main file expects; its types are the library's.
declare module "simple-peer/simplepeer.min.js" {
  import SimplePeer from "simple-peer";
  export default SimplePeer;
}
