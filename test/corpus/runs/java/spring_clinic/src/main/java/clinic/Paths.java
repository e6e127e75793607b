package clinic;

interface Paths {
  String API = "/api";
  String VISITS = "/visits";
}
