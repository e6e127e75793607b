package clinic.owners;

import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

@Repository
public class OwnerRepository {
  private static final String UPDATE = "update owners set name = ? where id = ?";
  private final JdbcTemplate jdbc;

  OwnerRepository(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
    jdbc.execute("create table if not exists owners (id identity, name varchar(40))");
    jdbc.update("insert into owners (name) values ('Bob')");
  }

  public List<Map<String, Object>> findAll() {
    return jdbc.queryForList("select id, name from owners order by name");
  }

  public Map<String, Object> findById(long id) {
    return jdbc.queryForMap(
        "select name, id from owners where id = ?",
        id);
  }

  public void save(String name) {
    jdbc.update("insert into owners (name) values (?)", name);
  }

  public void rename(long id, String name) {
    jdbc.update(UPDATE, name, id);
  }

  public void remove(long id) {
    jdbc.update("""
        delete from owners
        where id = ?
        """, id);
  }
}
