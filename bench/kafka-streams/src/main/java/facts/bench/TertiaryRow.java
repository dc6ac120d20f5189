package facts.bench;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import wildapp.primary.v1.PrimaryOuterClass.Region;
import wildapp.primary.v1.PrimaryOuterClass.Tertiary;

/** A row of wildapp_tertiary, as in a fact. */
final class TertiaryRow extends Row {
  static final int NAME = 1;

  Tertiary.Builder tertiary = Tertiary.newBuilder();

  TertiaryRow() {
    super("id", "name", "region", "founded_on", "opens_at", "created_at", "updated_at");
  }

  @Override
  void clear() {
    tertiary = Tertiary.newBuilder();
  }

  @Override
  int column(String name, JsonParser json) throws IOException {
    String text;
    switch (name) {
      case "id":
        tertiary.setId(text(0, json));
        return 0;
      case "name":
        if ((text = toasted(NAME, json)) != null) tertiary.setName(text);
        return NAME;
      case "region":
        tertiary.setRegion(region(text(2, json)));
        return 2;
      case "founded_on":
        if ((text = textOrNull(3, json)) != null) tertiary.setFoundedOn(Columns.local(text, Columns.DATE));
        return 3;
      case "opens_at":
        if ((text = textOrNull(4, json)) != null) tertiary.setOpensAt(Columns.local(text, Columns.TIME));
        return 4;
      case "created_at":
        SecondaryRow.instant(this, 5, json);
        return 5;
      case "updated_at":
        SecondaryRow.instant(this, 6, json);
        return 6;
      default:
        return -1;
    }
  }

  private Region region(String label) {
    return switch (label) {
      case "north" -> Region.REGION_NORTH;
      case "east" -> Region.REGION_EAST;
      case "south" -> Region.REGION_SOUTH;
      case "west" -> Region.REGION_WEST;
      default -> throw invalid(2, "one of \"north\", \"east\", \"south\", \"west\"");
    };
  }
}
